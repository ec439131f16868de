-- A leased probe has ended. ARGV: token, outcome, break, reason.
local lease, outcome = 'l:' .. ARGV[5], ARGV[6]
local out = leases()
if not r[lease] then return reply(0) end
local was_full = number('ok') + number('bad') + out >= number('p')
r[lease] = nil

if is_isolated() then
  save()
elseif outcome == 'f' then
  r.bad = text(number('bad') + 1)
  if number('bad') >= number('f') then
    r.s, r.x, r.at, r.u, r.why = 'o', nil, text(now), text(now + tonumber(ARGV[7])), ARGV[8]
    r.n = text(math.max(1, number('n')))
    end_round()
    publish()
  else
    save()
  end
elseif outcome == 's' then
  r.ok = text(number('ok') + 1)
  if number('ok') > number('p') - number('f') then
    close(now)
    publish()
  else
    save()
  end
elseif was_full and r.s then
  publish()
else
  save()
end
return reply(1)
