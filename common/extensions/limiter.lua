-- Put in front of the library's scripts. KEYS[1] times of a window; one without an end is foreign.
own(KEYS[1], 'list')
if redis.call('PTTL', KEYS[1]) == -1 then
  redis.call('UNLINK', KEYS[1])
end
