-- Put a rebuilt counter into place once it knows every change made meanwhile.
-- KEYS[1] the counter, KEYS[2] the rebuilt one, KEYS[3] log of changes made meanwhile.
-- ARGV[1] the run that owns the log, ARGV[2] how many logged changes to add at most.
-- Replies 1 when done, 0 when more changes wait (call again), -1 when another run took over.
if redis.call('HGET', KEYS[3], 'open') ~= ARGV[1] then
  return -1
end
local logged = redis.call('HRANDFIELD', KEYS[3], ARGV[2], 'WITHVALUES')
for i = 1, #logged, 2 do
  local field = logged[i]
  if field ~= 'open' then
    local member = string.match(field, ':(.*)$')
    if tonumber(redis.call('ZINCRBY', KEYS[2], logged[i + 1], member)) == 0 then
      redis.call('ZREM', KEYS[2], member)
    end
    redis.call('HDEL', KEYS[3], field)
  end
end
if redis.call('HLEN', KEYS[3]) > 1 then
  return 0
end
-- The old one is freed in the background: a million members would hold up everybody.
local old = KEYS[2] .. ':old'
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('RENAME', KEYS[1], old)
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('PERSIST', KEYS[2])
  redis.call('RENAME', KEYS[2], KEYS[1])
end
redis.call('UNLINK', old, KEYS[3])
return 1
