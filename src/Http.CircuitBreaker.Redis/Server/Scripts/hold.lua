-- The probe is on its way. ARGV: token, duration.
local lease = 'l:' .. ARGV[5]
local out = leases()
if not r.p or (not r[lease] and number('ok') + number('bad') + out >= number('p')) then return reply(0) end
r[lease] = text(now + tonumber(ARGV[6]))
save()
return reply(1)
