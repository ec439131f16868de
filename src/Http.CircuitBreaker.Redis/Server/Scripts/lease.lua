-- Grants a lease for one probe of a circuit that is open on all instances.
-- ARGV from 6: token, duration, version of the record that the instance knows, number of probes, failures that reopen the circuit.
local lease, known = 'lease:' .. ARGV[6], tonumber(ARGV[8])
if is_isolated() then return reply(2, number('ends') > 0 and number('ends') or now + 1000) end
if r.state ~= 'Open' then return reply(0) end
if number('ends') > now and number('version') > known then return reply(2, number('ends')) end

local leased, first = count_leases()
if r[lease] then return reply(1) end
if leased == 0 and completed() >= number('probes') then
  r.probes, r.failures_to_open, r.succeeded, r.failed = ARGV[9], ARGV[10], '0', '0'
end
if completed() + leased >= number('probes') then return reply(2, first) end

r[lease] = text(now + tonumber(ARGV[7]))
save()
return reply(1)
