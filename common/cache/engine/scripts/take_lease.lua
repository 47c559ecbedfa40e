-- Return the cached value, or else try to become the one loader of it (ARGV[2] in milliseconds).
-- KEYS[1] value, KEYS[2] its lease, KEYS[3] mark of a recent invalidation; ARGV[1] token,
-- ARGV[3] the type the value must have: a key of another type counts as absent.
-- Replies {whole value or false, 1 if the lease is ours, 1 if invalidated a moment ago}.
local read = {
  string = {'GET', KEYS[1]},
  hash = {'HGETALL', KEYS[1]},
  set = {'SMEMBERS', KEYS[1]},
  zset = {'ZRANGE', KEYS[1], '0', '-1', 'WITHSCORES'},
}
if redis.call('TYPE', KEYS[1])['ok'] == ARGV[3] then
  return {redis.call(unpack(read[ARGV[3]])), 0, 0}
end
for _, key in ipairs({KEYS[2], KEYS[3]}) do -- ours have an end; what has none is foreign
  if redis.call('PTTL', key) == -1 then
    redis.call('DEL', key)
  end
end
local taken = redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2])
return {false, taken and 1 or 0, redis.call('EXISTS', KEYS[3])}
