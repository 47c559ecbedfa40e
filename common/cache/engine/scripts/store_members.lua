-- Replace a hash, set or zset by what was loaded, only if the loader still holds the lease.
-- KEYS[1] collection, KEYS[2] its lease; ARGV[1] token, ARGV[2] time to live in milliseconds,
-- ARGV[3] HSET, SADD or ZADD, then its arguments (pairs for HSET and ZADD).
if redis.call('TYPE', KEYS[2])['ok'] ~= 'string' or redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1], KEYS[2])
local step = 1000 -- arguments at once: the stack of a script is bounded; even, for the pairs
for at = 4, #ARGV, step do
  redis.call(ARGV[3], KEYS[1], unpack(ARGV, at, math.min(at + step - 1, #ARGV)))
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
