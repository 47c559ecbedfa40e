-- Ask a hash or set for some of its members, and whether it is there, at one and the same moment.
-- KEYS[1] collection; ARGV[1] HMGET or SMISMEMBER, then the members (at most some thousand).
-- Replies false if the collection is not cached.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return false
end
return redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2))
