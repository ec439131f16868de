-- Asks for a probe. ARGV: token, claim, opened, seen, probes, failures to open.
local lease, opened, seen = 'l:' .. ARGV[5], tonumber(ARGV[7]), tonumber(ARGV[8])
if r.s == 'c' and number('at') >= opened then return reply(0) end
if is_isolated() then return reply(2, number('u') > 0 and number('u') or now + 1000) end
if r.s == 'o' and number('u') > now and number('v') > seen then return reply(2, number('u')) end

local out, first = leases()
if r[lease] then return reply(1) end
if out == 0 and number('ok') + number('bad') >= number('p') then
  r.p, r.f, r.ok, r.bad = ARGV[9], ARGV[10], '0', '0'
end
if number('ok') + number('bad') + out >= number('p') then return reply(2, first) end

r[lease] = text(now + tonumber(ARGV[6]))
save()
return reply(1)
