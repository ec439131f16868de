-- Records a state change that an instance reports.
-- ARGV from 6: kind (Opened, Closed, Isolated or Reset), instance, since, ends, quorum, certain (1 if one vote is enough), minimum number
-- of instances to count as alive, failure, reason.
local kind, vote = ARGV[6], 'vote:' .. ARGV[7]
local since, ends, quorum = math.min(tonumber(ARGV[8]), now + hour), math.min(tonumber(ARGV[9]), now + year), tonumber(ARGV[10])

if kind == 'Reset' or kind == 'Isolated' then
  if (r.state == 'Isolated' or r.reset == '1') and number('at') >= since then
    -- A server that lost its data while this record was written may have lost only the index entry.
    if r.version then list() end
    return reply(0)
  end
  close(since)
  if kind == 'Reset' then
    r.reset = '1'
  else
    r.state, r.ends, r.reason = 'Isolated', text(ends), ARGV[14]
  end
  publish()
  return reply(1)
end

if is_isolated() then return reply(0) end

if kind == 'Closed' then
  if r.state == 'Open' and number('at') > since or r.state ~= 'Open' and not has_votes() then return reply(0) end
  close(since)
  publish()
  return reply(1)
end

if ends <= now or r.state == 'Closed' and number('at') >= since or r[vote] and vote_since(r[vote]) >= since then return reply(0) end
r[vote] = text(since) .. ',' .. text(ends)
local votes, first = 0, nil
for name, value in pairs(r) do
  if is_vote(name) then votes, first = votes + 1, math.min(first or end_of(value), end_of(value)) end
end

-- If the circuit is already open on all instances, another vote does not change its state.
if r.state == 'Open' and number('ends') > now then
  save()
  return reply(1)
end

local alive = math.max(count_instances(), votes, tonumber(ARGV[12]))
local needed = quorum >= 1 and math.min(quorum, alive) or math.max(2, math.ceil(quorum * alive))
if alive <= 1 or ARGV[11] == '1' then needed = 1 end

-- The shared break ends as soon as the break of any voter ends. Without a quorum, the vote is stored but not published.
if votes >= needed then
  r.state, r.at, r.ends, r.instances, r.failure, r.reset = 'Open', text(now), text(first), text(votes), ARGV[13], nil
  end_round()
  publish()
else
  save()
end
return reply(1)
