-- Store a loaded value only if the loader still holds the lease (ARGV[3] in milliseconds).
-- KEYS[1] value, KEYS[2] its lease; ARGV[1] token, ARGV[2] value, ARGV[3] time to live.
-- An invalidation deletes the lease, so a value read before it is refused.
if redis.call('TYPE', KEYS[2])['ok'] ~= 'string' or redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1
