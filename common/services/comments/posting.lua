-- Claim a text for a new comment. KEYS[1] the claim; ARGV[1] id of the new comment, ARGV[2] seconds
-- the claim lasts, ARGV[3] id of a former holder that is known to be gone, or nothing.
-- Replies the id of who holds it now.
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[3] then
  return held
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return ARGV[1]
