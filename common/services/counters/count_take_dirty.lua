-- Take touched ids for copying to SQL; they stay in KEYS[2] until that has succeeded.
-- KEYS[1] touched ids, KEYS[2] ids being copied; ARGV[1] how many ids at most.
own(KEYS[1], 'set')
own(KEYS[2], 'set')
local free = tonumber(ARGV[1]) - redis.call('SCARD', KEYS[2])
if free > 0 then
  local taken = redis.call('SPOP', KEYS[1], free)
  if #taken > 0 then
    redis.call('SADD', KEYS[2], unpack(taken))
  end
end
return redis.call('SMEMBERS', KEYS[2])
