-- One page of a ranked list: members scored by their index (0 first); member '-1' carries
-- -(total + 1). KEYS[1] list; ARGV[1] first index, ARGV[2] how many, ARGV[3] cursor member or ''.
-- Replies false on a miss, else {total, first index or -1 for an unknown cursor, ids, last id}.
local marker = redis.call('ZSCORE', KEYS[1], '-1')
if not marker then
  return false
end
local total = -tonumber(marker) - 1
local last = redis.call('ZRANGE', KEYS[1], -1, -1)[1]
if last == '-1' then
  last = false
end
local first = tonumber(ARGV[1])
if ARGV[3] ~= '' then
  local at = redis.call('ZSCORE', KEYS[1], ARGV[3])
  if not at then
    return {total, -1, {}, last}
  end
  first = tonumber(at) + 1
end
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], first, first + tonumber(ARGV[2]) - 1)
return {total, first, ids, last}
