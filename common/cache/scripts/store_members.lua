-- Replace a hash, set or zset by what was loaded, only if the loader still holds the lease.
-- KEYS[1] collection, KEYS[2] its lease; ARGV[1] token, ARGV[2] time to live in milliseconds,
-- ARGV[3] HSET, SADD or ZADD, then its arguments (pairs for HSET and ZADD).
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1], KEYS[2])
local step = ARGV[3] == 'SADD' and 1 or 2
for at = 4, #ARGV, step do
  if step == 1 then
    redis.call('SADD', KEYS[1], ARGV[at])
  else
    redis.call(ARGV[3], KEYS[1], ARGV[at], ARGV[at + 1])
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
