-- What a subject has been served. KEYS[1] pages of this channel, KEYS[2] pages of channel 0;
-- ARGV[1] time asked for (ms). A page is a member
-- "<end cursor>:<article>,<article>...;<author>,<author>..." scored by its time.
-- Replies {newest time or '', 1, {page, time}} for a stored page (history),
-- else {newest time or '', 0, all pages of this channel, all pages of channel 0}.
local newest = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if newest[2] and tonumber(newest[2]) >= tonumber(ARGV[1]) then
  local page = redis.call('ZREVRANGEBYSCORE', KEYS[1], ARGV[1], '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if page[1] then
    return {newest[2], 1, page}
  end
end
local other = {}
if KEYS[1] ~= KEYS[2] then
  other = redis.call('ZRANGE', KEYS[2], 0, -1)
end
return {newest[2] or '', 0, redis.call('ZRANGE', KEYS[1], 0, -1), other}
