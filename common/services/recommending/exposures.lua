-- What a subject has been served. KEYS[1] pages of this channel, KEYS[2] pages of channel 0;
-- ARGV[1] time asked for (ms). A page is a member of exposures.py, scored by its time.
-- Replies {1, the page of exactly this time, the newest page},
-- else {0, all pages of this channel with their times, all pages of channel 0}.
local exact = redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1], 'LIMIT', 0, 1)
if exact[1] then
  return {1, exact[1], redis.call('ZREVRANGE', KEYS[1], 0, 0)[1]}
end
local other = {}
if KEYS[1] ~= KEYS[2] then
  other = redis.call('ZRANGE', KEYS[2], 0, -1)
end
return {0, redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES'), other}
