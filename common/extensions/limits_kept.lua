-- Since when STORE has kept the counts of limits, in epoch seconds. KEYS[1] where that is noted, as
-- the score of a member; ARGV[1] the member, ARGV[2] the latest time there can be, ARGV[3] what to
-- note if nothing is, or nothing: then it replies false. Foreign content is no loss: 0 is noted.
local is_there = redis.call('EXISTS', KEYS[1]) == 1
own(KEYS[1], 'zset')
local since = redis.call('ZSCORE', KEYS[1], ARGV[1])
if since and tonumber(since) >= 0 and tonumber(since) <= tonumber(ARGV[2]) then
  return since
end
if not is_there and ARGV[3] == '' then
  return false
end
local noted = is_there and '0' or ARGV[3]
redis.call('ZADD', KEYS[1], noted, ARGV[1])
return noted
