-- Return the cached value, or else try to become the one loader of it (ARGV[2] in milliseconds).
-- KEYS[1] value, KEYS[2] its lease, KEYS[3] mark of a recent invalidation; ARGV[1] token.
-- Replies {value or false, 1 if the lease is ours, 1 if invalidated a moment ago}.
local kind = redis.call('TYPE', KEYS[1])['ok']
if kind == 'string' then
  return {redis.call('GET', KEYS[1]), 0, 0}
end
if kind ~= 'none' and ARGV[3] == '1' then
  return {kind, 0, 0}
end
local taken = redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2])
return {false, taken and 1 or 0, redis.call('EXISTS', KEYS[3])}
