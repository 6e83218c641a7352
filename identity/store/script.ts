/** Rows and list values that one call inside a script may carry: Lua unpacks at most some 8,000 values. */
const CHUNK = 1_000;

/**
 * One commit. KEYS: a mark, the rows seen, the rows put, the rows removed, then a sorted set and a hash for each list
 * entry, those to remove before those to add. ARGV: how many are seen, put, removed rows, removed entries; then the
 * stamps seen, the texts put, the members to remove, and member and value of each one to add. Answers 1, or 0 for
 * stale.
 *
 * The mark is the id of this commit: when a connection breaks before the answer came, the client sends the script
 * again, and what was written already must not be refused as stale. Everything is compared before anything is
 * written, because Redis does not undo a script that fails half-way.
 */
export const COMMIT = `
local seen, put, gone, removed = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local function chunks(from, count, act)
  local at = from
  while at < from + count do
    local to = math.min(at + ${CHUNK - 1}, from + count - 1)
    act(at, to)
    at = to + 1
  end
end
local function stamps(from, count, each)
  chunks(from, count, function(at, to)
    local rows = redis.call('MGET', unpack(KEYS, at, to))
    for i = 1, #rows do each(at + i - 1, rows[i] and string.match(rows[i], '^(%d+)|') or '0') end
  end)
end
if redis.call('EXISTS', KEYS[1]) == 1 then return 1 end
local stale = false
stamps(2, seen, function(at, stamp)
  if stamp ~= ARGV[at + 3] then stale = true end
end)
if stale then return 0 end
local rows = {}
stamps(2 + seen, put, function(at, stamp)
  rows[#rows + 1] = KEYS[at]
  rows[#rows + 1] = string.format('%.0f', tonumber(stamp) + 1) .. '|' .. ARGV[at + 3]
end)
chunks(1, #rows, function(at, to) redis.call('MSET', unpack(rows, at, to)) end)
chunks(2 + seen + put, gone, function(at, to) redis.call('DEL', unpack(KEYS, at, to)) end)
local key, arg = 2 + seen + put + gone, 5 + seen + put
for i = 1, removed do
  redis.call('ZREM', KEYS[key], ARGV[arg])
  redis.call('HDEL', KEYS[key + 1], ARGV[arg])
  key, arg = key + 2, arg + 1
end
while key <= #KEYS do
  redis.call('ZADD', KEYS[key], 0, ARGV[arg])
  redis.call('HSET', KEYS[key + 1], ARGV[arg], ARGV[arg + 1])
  key, arg = key + 2, arg + 2
end
redis.call('SET', KEYS[1], '', 'EX', 120)
return 1
`;

/**
 * One page of a list. KEYS: sorted set, hash. ARGV: direction (`1` greatest first), the two bounds in that order,
 * limit.
 */
export const RANGE = `
local command = ARGV[1] == '1' and 'ZREVRANGEBYLEX' or 'ZRANGEBYLEX'
local members = redis.call(command, KEYS[1], ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])
local found = {}
for at = 1, #members, ${CHUNK} do
  local to = math.min(at + ${CHUNK - 1}, #members)
  local values = redis.call('HMGET', KEYS[2], unpack(members, at, to))
  for i = 1, #values do
    found[#found + 1] = members[at + i - 1]
    found[#found + 1] = values[i]
  end
end
return found
`;
