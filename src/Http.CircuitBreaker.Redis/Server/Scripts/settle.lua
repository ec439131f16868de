-- Ends a leased probe. ARGV: token, outcome (Success, Failure, Ignored), next break, failure.
local lease, outcome = 'lease:' .. ARGV[5], ARGV[6]
local leased = expire_leases()
if not r[lease] then return reply(0) end
local was_full = completed() + leased >= number('probes')
r[lease] = nil

local is_decided = false
if outcome == 'Failure' then
  r.failed = text(number('failed') + 1)
  is_decided = number('failed') >= number('failures_to_open')
  if is_decided then
    r.at, r.ends, r.failure = text(now), text(now + tonumber(ARGV[7])), ARGV[8]
    end_round()
  end
elseif outcome == 'Success' then
  r.succeeded = text(number('succeeded') + 1)
  is_decided = number('succeeded') > number('probes') - number('failures_to_open')
  if is_decided then close(now) end
end

-- An ignored probe frees a slot: instances that were denied one may ask again.
if is_decided or outcome == 'Ignored' and was_full then publish() else save() end
return reply(1)
