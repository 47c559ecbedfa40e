-- Claim the right to send one message; times in seconds of this server.
-- KEYS[1] messages sent; ARGV[1] digest of this one, ARGV[2] how many are allowed, ARGV[3] in
-- which window. Replies 1 to go ahead, 0 if it was sent before, -1 if the cap is reached.
own(KEYS[1], 'zset')
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[3]))
redis.call('ZREMRANGEBYSCORE', KEYS[1], now + tonumber(ARGV[3]), '+inf') -- foreign
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  return 0
end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then
  return -1
end
redis.call('ZADD', KEYS[1], now, ARGV[1])
return 1
