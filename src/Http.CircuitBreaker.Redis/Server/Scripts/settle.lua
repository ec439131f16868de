-- Records the outcome of a leased probe and releases its lease.
-- ARGV from 6: token, outcome (Success, Failure or Ignored), duration of the next break, failure reason.
local lease, outcome = 'lease:' .. ARGV[6], ARGV[7]
if not r[lease] then return reply(0) end
local was_full = completed() + count_leases() >= number('probes')
r[lease] = nil

local is_decided = false
if outcome == 'Failure' then
  r.failed = text(number('failed') + 1)
  is_decided = number('failed') >= number('failures_to_open')
  if is_decided then
    r.at, r.ends, r.failure = text(now), text(now + tonumber(ARGV[8])), ARGV[9]
    end_round()
  end
elseif outcome == 'Success' then
  r.succeeded = text(number('succeeded') + 1)
  is_decided = number('succeeded') > number('probes') - number('failures_to_open')
  if is_decided then close(now) end
end

-- An ignored probe does not count, so its lease is available again. Notify the instances that were denied a lease.
if is_decided or outcome == 'Ignored' and was_full then publish() else save() end
return reply(1)
