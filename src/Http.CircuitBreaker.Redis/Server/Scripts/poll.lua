-- Returns the circuits that changed after the version that the instance has seen, and marks the instance as alive.
-- ARGV from 3: instance, how long it counts as alive, maximum number of circuits to read from each index.
redis.call('ZADD', instances, text(now + tonumber(ARGV[4])), ARGV[3])
redis.call('PEXPIRE', instances, '180000')

-- If a page is full, more changes may follow, so the next poll continues after the last version on that page.
local read_up_to, pages = latest, {}
for i, index in ipairs({ changes, isolations }) do
  redis.call('ZREMRANGEBYRANK', index, '0', '-10001')
  pages[i] = redis.call('ZRANGEBYSCORE', index, '(' .. ARGV[2], text(latest), 'WITHSCORES', 'LIMIT', '0', ARGV[5])
  if #pages[i] >= 2 * tonumber(ARGV[5]) then read_up_to = math.min(read_up_to, tonumber(pages[i][#pages[i]])) end
end

local ids = {}
for _, page in ipairs(pages) do
  for i = 1, #page, 2 do
    if tonumber(page[i + 1]) <= read_up_to then ids[#ids + 1] = string.sub(page[i], 1, 64) end
  end
end
return { generation, text(now), count_instances(), text(read_up_to), read_up_to < latest and 1 or 0, ids }
