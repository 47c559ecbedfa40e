-- KEYS[1] phrases of a reader, scored by epoch seconds; ARGV: normalised, typed, score, most kept.
-- A member is the normalised phrase, and behind a line feed the typed one if that differs.
own(KEYS[1], 'zset')
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local normalised = string.match(member, '^[^\n]*')
  if normalised == ARGV[1] then
    redis.call('ZREM', KEYS[1], member)
  end
end
local member = ARGV[1]
if ARGV[2] ~= ARGV[1] then
  member = member .. '\n' .. ARGV[2]
end
redis.call('ZADD', KEYS[1], ARGV[3], member)
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[4]))
return redis.status_reply('OK')
