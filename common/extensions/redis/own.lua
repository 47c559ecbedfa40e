-- See to it that a key has the type that is ours: one of another type is foreign, and is removed.
-- Put in front of scripts that call it. Returns whether it was foreign.
local function own(key, kind)
  local found = redis.call('TYPE', key)['ok']
  if found == kind or found == 'none' then
    return false
  end
  redis.call('UNLINK', key)
  return true
end
