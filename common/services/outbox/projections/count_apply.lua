-- Change counters, once per outbox row; times in epoch seconds of this server.
-- KEYS[1] ids of applied rows, KEYS[2] touched ids, KEYS[3..] counters.
-- ARGV[1] refuse after this time. Then per row: its id, how many ids it touches, those ids, how
-- many changes it makes, and per change: index in KEYS, member, amount (empty: forget the member).
-- Replies how many rows were new, or -1 when it is too late.
local now = tonumber(redis.call('TIME')[1])
if now > tonumber(ARGV[1]) then
  return -1
end
-- What is foreign is removed first, and the counters are built anew.
local is_logged = {}
for i, key in ipairs(KEYS) do
  if own(key, i == 2 and 'set' or 'zset') and i > 2 then
    redis.call('ZREM', KEYS[1], 'rebuilt')
  end
  is_logged[i] = i > 2 and redis.call('TYPE', key .. ':delta')['ok'] == 'hash'
end

local at, fresh = 2, 0
while ARGV[at] do
  local id, touched = ARGV[at], tonumber(ARGV[at + 1])
  local is_new = redis.call('ZADD', KEYS[1], 'NX', now, id) == 1
  at = at + 2
  if is_new then
    fresh = fresh + 1
    for i = at, at + touched - 1 do
      redis.call('SADD', KEYS[2], ARGV[i])
    end
  end
  at = at + touched
  local changes = tonumber(ARGV[at])
  at = at + 1
  for _ = 1, changes do
    local index, member, amount = tonumber(ARGV[at]), ARGV[at + 1], ARGV[at + 2]
    local key = KEYS[index]
    at = at + 3
    if is_new and amount == '' then
      redis.call('ZREM', key, member)
    elseif is_new then
      if tonumber(redis.call('ZINCRBY', key, amount, member)) == 0 then
        redis.call('ZREM', key, member)
      end
      -- A rebuild is under way: it adds what its view of SQL does not know yet.
      if is_logged[index] then
        redis.call('HINCRBY', key .. ':delta', id .. ':' .. member, amount)
      end
    end
  end
end
return fresh
