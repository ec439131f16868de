-- What every script on one circuit begins with.
-- KEYS: the fleet's head, its changes by version, its live instances, the circuit's record.
-- ARGV: channel, a generation if there is none yet, the circuit's id and its key as text, then the script's own.
local head, changes, instances, key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local generation = redis.call('HGET', head, 'g')
if not generation then
  generation = ARGV[2]
  redis.call('HSET', head, 'g', generation, 'v', '0')
end

local r = {}
local fields = redis.call('HGETALL', key)
for i = 1, #fields, 2 do r[fields[i]] = fields[i + 1] end

local function number(name) return tonumber(r[name] or '0') end
local function text(value) return string.format('%.0f', value) end
local function is_isolated() return r.s == 'i' and (number('u') == 0 or number('u') > now) end

-- A closed or broken circuit is remembered for ten minutes beyond its end, what was done by hand for a day; an isolation without an end for good.
local function lifetime()
  if r.s == 'i' then return number('u') > 0 and number('u') - now + 86400000 or 0 end
  if r.x == '1' then return 86400000 end
  local last = number('u')
  for name, value in pairs(r) do
    local prefix = string.sub(name, 1, 2)
    if prefix == 'l:' or prefix == 'r:' then last = math.max(last, tonumber(string.match(value, '(%d+)$'))) end
  end
  return math.max(last - now, 0) + 600000
end

local function save()
  r.k = ARGV[4]
  r.v = r.v or '0'
  local flat = {}
  for name, value in pairs(r) do
    flat[#flat + 1] = name
    flat[#flat + 1] = value
  end
  redis.call('DEL', key)
  redis.call('HSET', key, unpack(flat))
  if lifetime() > 0 then redis.call('PEXPIRE', key, text(lifetime())) end
end

-- Versions are the server's microseconds, so that they grow even if all of this is lost.
local function publish()
  r.v = text(math.max(tonumber(redis.call('HGET', head, 'v')) + 1, now * 1000))
  redis.call('HSET', head, 'v', r.v)
  redis.call('ZADD', changes, r.v, ARGV[3])
  save()
  redis.call('PUBLISH', ARGV[1], 'poll')
end

local function end_round()
  for name in pairs(r) do
    if string.sub(name, 1, 2) == 'l:' then r[name] = nil end
  end
  r.p, r.f, r.ok, r.bad = nil, nil, nil, nil
end

-- The votes of instances that found the host failing before a verdict that it is well.
local function forget_votes(at)
  for name, value in pairs(r) do
    if string.sub(name, 1, 2) == 'r:' and tonumber(string.match(value, '^%d+,(%d+)')) <= at then r[name] = nil end
  end
end

local function has_votes()
  for name in pairs(r) do
    if string.sub(name, 1, 2) == 'r:' then return true end
  end
  return false
end

local function close(at)
  r.s, r.at, r.u, r.n, r.x, r.note = 'c', text(at), '0', '0', nil, nil
  forget_votes(at)
  end_round()
end

-- Leases that are over give their slot back by themselves.
local function leases()
  local out, first = 0, nil
  for name, value in pairs(r) do
    if string.sub(name, 1, 2) == 'l:' then
      local deadline = tonumber(value)
      if deadline <= now then
        r[name] = nil
      else
        out = out + 1
        first = math.min(first or deadline, deadline)
      end
    end
  end
  return out, first
end

local function reply(answer, till)
  return { answer, generation, text(now), text(till or 0), r.s or false, r.v or '0', r.at or '0', r.u or '0', r.n or '0', r.why or false, r.note or false, r.x or false }
end
