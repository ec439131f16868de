-- The first part of every script that works on one circuit. Times are server times in milliseconds.
-- KEYS: head (generation, version), circuit ids by version, live instances by expiry, the circuit's record.
-- ARGV: channel, generation to use if there is none, circuit id, circuit key as text. The arguments of each script start at ARGV[5].
-- Fields of a record: key, version, state (Open, Closed or Isolated), at, ends (0 means never), instances, failure, reason, reset (1 if
-- closed manually) and vote:INSTANCE (since,ends).
-- Fields of the current round of probes: probes, failures_to_open, succeeded, failed and lease:TOKEN (deadline).
local head, changes, instances, record_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local generation = redis.call('HGET', head, 'generation')
if not generation then
  generation = ARGV[2]
  redis.call('HSET', head, 'generation', generation, 'version', '0')
end

local r = {}
local fields = redis.call('HGETALL', record_key)
for i = 1, #fields, 2 do r[fields[i]] = fields[i + 1] end

local function number(name) return tonumber(r[name] or '0') end
local function text(value) return string.format('%.0f', value) end
local function is_lease(name) return string.sub(name, 1, 6) == 'lease:' end
local function is_vote(name) return string.sub(name, 1, 5) == 'vote:' end
local function vote_since(value) return tonumber(string.match(value, '^%d+')) end
local function end_of(value) return tonumber(string.match(value, '%d+$')) end
local function is_isolated() return r.state == 'Isolated' and (number('ends') == 0 or number('ends') > now) end

-- A record expires ten minutes after its end, or a day after an isolation or a reset. Zero means that the record does not expire.
local function time_to_live()
  if r.state == 'Isolated' then return number('ends') > 0 and number('ends') - now + 86400000 or 0 end
  if r.reset == '1' then return 86400000 end
  local last = number('ends')
  for name, value in pairs(r) do
    if is_lease(name) or is_vote(name) then last = math.max(last, end_of(value)) end
  end
  return math.max(last - now, 0) + 600000
end

local function save()
  r.key = ARGV[4]
  r.version = r.version or '0'
  local flat = {}
  for name, value in pairs(r) do
    flat[#flat + 1] = name
    flat[#flat + 1] = value
  end
  redis.call('DEL', record_key)
  redis.call('HSET', record_key, unpack(flat))
  if time_to_live() > 0 then redis.call('PEXPIRE', record_key, text(time_to_live())) end
end

-- Versions are server times in microseconds, so they increase even after the server has lost its data.
local function publish()
  r.version = text(math.max(tonumber(redis.call('HGET', head, 'version')) + 1, now * 1000))
  redis.call('HSET', head, 'version', r.version)
  redis.call('ZADD', changes, r.version, ARGV[3])
  save()
  redis.call('PUBLISH', ARGV[1], 'poll')
end

local function end_round()
  for name in pairs(r) do
    if is_lease(name) then r[name] = nil end
  end
  r.probes, r.failures_to_open, r.succeeded, r.failed = nil, nil, nil, nil
end

local function has_votes()
  for name in pairs(r) do
    if is_vote(name) then return true end
  end
  return false
end

-- Closes the circuit and removes all votes that are not newer than the close.
local function close(at)
  r.state, r.at, r.ends, r.instances, r.reset, r.reason = 'Closed', text(at), '0', '0', nil, nil
  for name, value in pairs(r) do
    if is_vote(name) and vote_since(value) <= at then r[name] = nil end
  end
  end_round()
end

-- Removes expired leases. Returns the number of remaining leases and their earliest deadline.
local function expire_leases()
  local leased, first = 0, nil
  for name, value in pairs(r) do
    if is_lease(name) then
      local deadline = tonumber(value)
      if deadline <= now then
        r[name] = nil
      else
        leased = leased + 1
        first = math.min(first or deadline, deadline)
      end
    end
  end
  return leased, first
end

local function completed() return number('succeeded') + number('failed') end

-- answer: 0 = stale, 1 = accepted, 2 = denied until denied_until.
local function reply(answer, denied_until)
  return {
    answer, generation, text(now), text(denied_until or 0),
    r.state or false, r.version or '0', r.at or '0', r.ends or '0',
    r.instances or '0', r.failure or false, r.reason or false, r.reset or false,
  }
end
