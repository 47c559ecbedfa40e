-- Try a login code. KEYS[1] the code; ARGV[1] keyed hash of what was typed, ARGV[2] tries allowed.
-- The value is "<wrong tries>:<keyed hash>". Replies 1 consumed, 0 wrong, -1 none (or burnt).
own(KEYS[1], 'string')
if redis.call('PTTL', KEYS[1]) == -1 then -- ours have an end
  redis.call('DEL', KEYS[1])
end
local held = redis.call('GET', KEYS[1])
if not held then
  return -1
end
local tried, hash = string.match(held, '^(%d):(%x+)$')
if not tried then -- not one of ours: the reference kept the digits as they are
  redis.call('DEL', KEYS[1])
  return -1
end
local tries = tonumber(tried) + 1
if hash == ARGV[1] then
  redis.call('DEL', KEYS[1])
  return 1
end
if tries >= tonumber(ARGV[2]) then
  redis.call('DEL', KEYS[1])
  return -1
end
redis.call('SET', KEYS[1], tries .. ':' .. hash, 'KEEPTTL')
return 0
