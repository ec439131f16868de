-- A change that an instance made. ARGV: kind, instance, sequence, since, until, quorum, whether one report is enough, reason, note.
local kind, vote, sequence = ARGV[5], 'r:' .. ARGV[6], tonumber(ARGV[7])
local since, till, quorum = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])

local before = r[vote] and tonumber(string.match(r[vote], '^(%d+)')) or 0
if sequence <= before then return reply(0) end

if kind == 'x' or kind == 'i' then
  if (r.s == 'i' or r.x == '1') and number('at') >= since then return reply(0) end
  close(since)
  if kind == 'x' then
    r.x = '1'
  else
    r.s, r.u, r.note = 'i', ARGV[9], ARGV[13]
  end
  publish()
  return reply(1)
end

if is_isolated() then return reply(0) end

if kind == 'c' then
  if r.s == 'o' and number('at') > since or r.s ~= 'o' and not has_votes() then return reply(0) end
  close(since)
  publish()
  return reply(1)
end

if till <= now or (r.s == 'c' and number('at') >= since) then return reply(0) end
r[vote] = ARGV[7] .. ',' .. ARGV[8] .. ',' .. ARGV[9]
local votes, first = 0, nil
for name, value in pairs(r) do
  if string.sub(name, 1, 2) == 'r:' then
    local ends = tonumber(string.match(value, '(%d+)$'))
    if ends > now then votes, first = votes + 1, math.min(first or ends, ends) end
  end
end

-- Open already: nobody needs to hear of another vote.
if r.s == 'o' and number('u') > now then
  save()
  return reply(1)
end

redis.call('ZREMRANGEBYSCORE', instances, '-inf', text(now))
local alive = math.max(redis.call('ZCARD', instances), votes)
local needed = quorum >= 1 and math.min(quorum, alive) or math.max(2, math.ceil(quorum * alive))
if alive <= 1 or ARGV[11] == '1' then needed = 1 end

-- The break ends when the first of theirs does. Without a quorum the vote alone is kept.
if votes >= needed then
  r.s, r.at, r.u, r.n, r.why, r.x = 'o', text(now), text(first), text(votes), ARGV[12], nil
  end_round()
  publish()
else
  save()
end
return reply(1)
