/// Values by key, of which the least recently used are forgotten when there are too many.
///
/// What a key's value costs to make again is far more than looking through the keys for the oldest, which happens
/// only when one is forgotten.
public struct RecentlyUsed<Key: Hashable, Value> {
    /// The number of values that are kept.
    public let limit: Int

    private var entries: [Key: (value: Value, lastUse: Int)] = [:]
    private var uses = 0

    /// Creates an empty cache of at most `limit` values, at least 1.
    public init(limit: Int) {
        if limit < 1 { fatalError("RecentlyUsed: a cache of \(limit) values keeps nothing") }
        self.limit = limit
    }

    /// The number of values that are there.
    public var count: Int { entries.count }

    /// The value for `key`, which counts as its use; setting one forgets another where there is no room.
    public subscript(key: Key) -> Value? {
        mutating get {
            guard let index = entries.index(forKey: key) else { return nil }
            uses += 1
            entries.values[index].lastUse = uses
            return entries.values[index].value
        }
        set {
            guard let newValue else {
                entries[key] = nil
                return
            }
            if entries[key] == nil, entries.count >= limit,
                let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                entries[oldest.key] = nil
            }
            uses += 1
            entries[key] = (newValue, uses)
        }
    }
}

extension RecentlyUsed: Sendable where Key: Sendable, Value: Sendable {}
