-- The first part of every script except read. Every script except poll works on one circuit. Times are server times in milliseconds.
-- KEYS: head (generation, latest version), index of changed circuits by version, index of isolated circuits by version, live instances by
-- expiry, the circuit's record. ARGV: generation to use for new data, latest version that the instance has seen; then, except for poll,
-- channel, circuit id, circuit key as text. The arguments of each script follow.
-- Fields of a record: key, version, state (Open, Closed or Isolated), at, ends (0 means never), instances, failure, reason, reset (1 if
-- closed manually) and vote:INSTANCE (since,ends).
-- Fields of the current round of probes: probes, failures_to_open, succeeded, failed and lease:TOKEN (deadline).
local head, changes, isolations, instances, record_key = unpack(KEYS)
local hour, year = 3600000, 31622400000
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function text(value) return string.format('%.0f', value) end

-- Returns nil for a value that is not a number from 0 to the limit.
local function number_up_to(limit, value)
  local number = tonumber(value)
  return number and number >= 0 and number <= limit and number or nil
end

-- Versions are server times in microseconds. If the stored data is missing or malformed, or has a lower version than the instance has seen,
-- the server has lost data. Start a new generation, so that all instances detect the loss.
local stored = redis.call('HMGET', head, 'generation', 'version')
local generation, latest = stored[1], number_up_to((now + hour) * 1000, stored[2])
if not generation or #generation > 64 or not latest or latest < tonumber(ARGV[2]) then
  generation, latest = ARGV[1], now * 1000
  redis.call('HSET', head, 'generation', generation, 'version', text(latest))
end

-- An instance counts as alive for three poll intervals of at most one minute each.
local function count_instances()
  redis.call('ZREMRANGEBYSCORE', instances, '-inf', text(now))
  redis.call('ZREMRANGEBYSCORE', instances, '(' .. text(now + 180000), '+inf')
  return redis.call('ZCARD', instances)
end

local max_fields = 20000
local limits = {
  version = (now + hour) * 1000, at = now + hour, ends = now + year, instances = 10000,
  probes = 1000, failures_to_open = 1000, succeeded = 1000, failed = 1000,
}
local lengths = { state = 8, failure = 3000, reason = 3000, reset = 1 }

local function is_lease(name) return string.sub(name, 1, 6) == 'lease:' end
local function is_vote(name) return string.sub(name, 1, 5) == 'vote:' end
local function vote_since(value) return tonumber(string.match(value, '^%d+')) end
local function end_of(value) return tonumber(string.match(value, '%d+$')) end

local function is_running(name, value)
  if #name > 500 or #value > 50 or not string.match(value, is_vote(name) and '^%d+,%d+$' or '^%d+$') then return false end
  return end_of(value) > now and end_of(value) <= now + year and (is_lease(name) or vote_since(value) <= now + hour)
end

-- Reads the record without its expired leases and votes. A malformed record counts as absent, and the next change overwrites it.
local function read_record()
  if redis.call('TYPE', record_key).ok ~= 'hash' or redis.call('HLEN', record_key) > max_fields then return {} end
  local flat, fields = redis.call('HGETALL', record_key), {}
  for i = 1, #flat, 2 do
    local name, value = flat[i], flat[i + 1]
    if limits[name] and not number_up_to(limits[name], value) or lengths[name] and #value > lengths[name] then return {} end
    if limits[name] or lengths[name] or (is_lease(name) or is_vote(name)) and is_running(name, value) then fields[name] = value end
  end
  local states = { Open = true, Closed = true, Isolated = true }
  return (not fields.state or states[fields.state]) and fields or {}
end

local r = record_key and read_record() or {}

local function number(name) return tonumber(r[name] or '0') end
local function is_isolated() return r.state == 'Isolated' and (number('ends') == 0 or number('ends') > now) end

-- A record expires one day after the end of an isolation, one day after a reset, or ten minutes after the end of its break and of all
-- leases and votes. Zero means that the record does not expire.
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
  r.key = ARGV[5]
  r.version = r.version or '0'
  local flat = {}
  for name, value in pairs(r) do
    flat[#flat + 1] = name
    flat[#flat + 1] = value
  end
  redis.call('DEL', record_key)

  -- Write the fields in chunks, because Lua limits the number of arguments.
  for i = 1, #flat, 2000 do redis.call('HSET', record_key, unpack(flat, i, math.min(i + 1999, #flat))) end
  if time_to_live() > 0 then redis.call('PEXPIRE', record_key, text(time_to_live())) end
end

-- Adds the circuit to the index that polls read.
local function list()
  redis.call('ZREM', r.state == 'Isolated' and changes or isolations, ARGV[4])
  redis.call('ZADD', r.state == 'Isolated' and isolations or changes, r.version, ARGV[4])
end

-- Saves the record with a version that is higher than any earlier version, and notifies the instances.
local function publish()
  latest = math.max(latest + 1, now * 1000, number('version') + 1)
  r.version = text(latest)
  redis.call('HSET', head, 'version', r.version)
  list()
  save()
  redis.call('PUBLISH', ARGV[3], 'poll')
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

-- Closes the circuit as of the given time and removes all votes that began at or before that time.
local function close(at)
  r.state, r.at, r.ends, r.instances, r.reset, r.reason = 'Closed', text(at), '0', '0', nil, nil
  for name, value in pairs(r) do
    if is_vote(name) and vote_since(value) <= at then r[name] = nil end
  end
  end_round()
end

-- Returns the number of leases and their earliest deadline.
local function count_leases()
  local leased, first = 0, nil
  for name, value in pairs(r) do
    if is_lease(name) then leased, first = leased + 1, math.min(first or end_of(value), end_of(value)) end
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
