-- Remove what is foreign. KEYS any keys; ARGV the types that are ours. Replies how many there were.
local foreign = 0
for i, key in ipairs(KEYS) do
  if own(key, ARGV[i]) then
    foreign = foreign + 1
  end
end
return foreign
