-- Returns fields of a circuit's record. The reply is empty if the record has expired, and has only one value if the record is malformed.
-- KEYS: record, index of changed circuits, index of isolated circuits. ARGV: circuit id, maximum length of a field, names of the fields.
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'none' then
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[3], ARGV[1])
  return {}
end
if kind ~= 'hash' then return { 'malformed' } end
local fields = redis.call('HMGET', KEYS[1], unpack(ARGV, 3))
for i = 1, #ARGV - 2 do
  if fields[i] and #fields[i] > tonumber(ARGV[2]) then return { 'malformed' } end
end
return fields
