-- Returns the circuits that changed after a version, and marks the instance as alive.
-- KEYS: head, circuit ids by version, live instances by expiry.
-- ARGV: generation to use if there is none, instance, how long it counts as alive (ms), version, maximum number of changes.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local generation = redis.call('HGET', KEYS[1], 'generation')
if not generation then
  generation = ARGV[1]
  redis.call('HSET', KEYS[1], 'generation', generation, 'version', '0')
end
redis.call('ZADD', KEYS[3], string.format('%.0f', now + tonumber(ARGV[3])), ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[3], ARGV[3])
local changed = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[4], '+inf', 'WITHSCORES', 'LIMIT', '0', ARGV[5])
return { generation, string.format('%.0f', now), redis.call('ZCARD', KEYS[3]), changed }
