-- Count reads and note them in histories, once per batch; scores of histories in epoch seconds.
-- KEYS[1] last batch by writer, KEYS[2] touched ids, KEYS[3] reads by article, KEYS[4] reads by
-- author, KEYS[5] where it is marked that counters are built, KEYS[6..] windows and histories.
-- ARGV[1] writer, ARGV[2] number of the batch (grows; roughly epoch milliseconds), ARGV[3] forget
-- writers since that number, ARGV[4] window in seconds, ARGV[5] length of a history. Then per view:
-- article, author, epoch seconds, index in KEYS of its window (0: only for the history) and of its
-- history (0: none).
-- Replies false when the batch was applied before, else 1 or 0 per view: whether it counted.
-- What is foreign is removed first, and the counters are built anew.
for i, kind in ipairs({'zset', 'set', 'zset', 'zset', 'zset'}) do
  if own(KEYS[i], kind) and (i == 3 or i == 4) then
    redis.call('ZREM', KEYS[5], 'rebuilt')
  end
end
local last = redis.call('ZSCORE', KEYS[1], ARGV[1])
if last and tonumber(last) >= tonumber(ARGV[2]) then
  return false
end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])

local length = tonumber(ARGV[4])
local counted = {}
for at = 6, #ARGV, 5 do
  local article, author, seconds = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local window, history = KEYS[tonumber(ARGV[at + 3])], KEYS[tonumber(ARGV[at + 4])]
  local counts = 0
  if window then
    -- The time is kept, not just the key: reads of an outage arrive late and all at once.
    own(window, 'string')
    local before = tonumber(redis.call('GET', window) or '')
    if not before or not (math.abs(tonumber(seconds) - before) < length) then
      counts = 1
      redis.call('SET', window, seconds, 'EX', length)
      redis.call('ZINCRBY', KEYS[3], 1, article)
      redis.call('ZINCRBY', KEYS[4], 1, author)
      redis.call('SADD', KEYS[2], article, 'u:' .. author)
    end
  end
  if history then
    own(history, 'zset')
    redis.call('ZADD', history, 'GT', seconds, article)
    redis.call('ZREMRANGEBYRANK', history, 0, -1 - tonumber(ARGV[5]))
  end
  counted[#counted + 1] = counts
end
return counted
