extension Value {
    /// Equality of CEL: numbers by value whatever their type, collections by their elements, else false between types.
    package func equals(_ other: Value, _ budget: inout Budget) throws(EvaluationError) -> Bool {
        switch (self, other) {
        case (.string(let a), .string(let b)):
            if a.utf8.count > 64, a.utf8.count == b.utf8.count { try budget.pay(a.utf8.count >> 6) }
            return Text.same(a, b)
        case (.int(let a), .int(let b)): return a == b
        case (.bool(let a), .bool(let b)): return a == b
        case (.null, .null): return true
        case (.uint(let a), .uint(let b)): return a == b
        case (.double(let a), .double(let b)): return a == b
        case (.int, .uint), (.uint, .int), (.int, .double), (.double, .int), (.uint, .double), (.double, .uint):
            return numericOrder(other) == 0
        case (.bytes(let a), .bytes(let b)):
            try budget.pay(min(a.count, b.count) >> 6)
            return a == b
        case (.timestamp(let a), .timestamp(let b)): return a == b
        case (.duration(let a), .duration(let b)): return a == b
        case (.type(let a), .type(let b)): return a.runtimeName == b.runtimeName
        case (.list(let a), .list(let b)):
            return try budget.descend { budget throws(EvaluationError) in try a.equals(b, &budget) }
        case (.map(let a), .map(let b)):
            return try budget.descend { budget throws(EvaluationError) in try a.equals(b, &budget) }
        case (.optional(let a), .optional(let b)):
            return try budget.descend { budget throws(EvaluationError) in try a.equals(b, &budget) }
        case (.object(let a), .object(let b)): return a.source === b.source && a.kind == b.kind && a.index == b.index
        default: return false
        }
    }

    /// The order of two values: negative, zero, positive; nil where NaN is one of them.
    package func order(_ other: Value, _ budget: inout Budget) throws(EvaluationError) -> Int? {
        switch (self, other) {
        case (.timestamp(let a), .timestamp(let b)): return a < b ? -1 : a == b ? 0 : 1
        case (.duration(let a), .duration(let b)): return a < b ? -1 : a == b ? 0 : 1
        case (.int, .int), (.uint, .uint), (.double, .double), (.int, .uint), (.uint, .int), (.int, .double), (.double, .int),
            (.uint, .double), (.double, .uint):
            return numericOrder(other)
        case (.string(let a), .string(let b)):
            if min(a.utf8.count, b.utf8.count) > 64 { try budget.pay(min(a.utf8.count, b.utf8.count) >> 6) }
            return Text.compare(a, b)
        case (.bytes(let a), .bytes(let b)):
            try budget.pay(min(a.count, b.count) >> 6)
            return Text.compare(a, b)
        case (.bool(let a), .bool(let b)): return a == b ? 0 : b ? -1 : 1
        default: throw .noSuchOverload
        }
    }

    private func numericOrder(_ other: Value) -> Int? {
        switch (self, other) {
        case (.int(let a), .int(let b)): return a < b ? -1 : a == b ? 0 : 1
        case (.uint(let a), .uint(let b)): return a < b ? -1 : a == b ? 0 : 1
        case (.int(let a), .uint(let b)): return a < 0 || UInt64(a) < b ? -1 : UInt64(a) == b ? 0 : 1
        case (.uint(let a), .int(let b)): return b < 0 || a > UInt64(b) ? 1 : a == UInt64(b) ? 0 : -1
        case (.double(let a), .double(let b)): return Self.order(a, b)
        case (.double(let a), .int(let b)): return Self.order(a, Double(b))
        case (.int(let a), .double(let b)): return Self.order(Double(a), b)
        case (.double(let a), .uint(let b)): return Self.order(a, Double(b))
        case (.uint(let a), .double(let b)): return Self.order(Double(a), b)
        default: return nil
        }
    }

    private static func order(_ a: Double, _ b: Double) -> Int? {
        a < b ? -1 : a == b ? 0 : a > b ? 1 : nil
    }
}

extension OptionalValue {
    func equals(_ other: OptionalValue, _ budget: inout Budget) throws(EvaluationError) -> Bool {
        guard let value, let theirs = other.value else { return value == nil && other.value == nil }
        return try value.equals(theirs, &budget)
    }
}

extension ListValue {
    package var count: Int {
        switch self {
        case .array(let elements): elements.count
        case .json(let element): element.count
        case .source(let source): source.count
        }
    }

    /// `index` is within 0 ..< count.
    package func element(at index: Int) throws(EvaluationError) -> Value {
        switch self {
        case .array(let elements): elements[index]
        case .json(let element): element.element(at: index)
        case .source(let source): try source.element(at: index)
        }
    }

    /// All elements; an owned list costs nothing, others are read in one pass.
    package func elements() throws(EvaluationError) -> [Value] {
        switch self {
        case .array(let elements): return elements
        case .json(let element): return element.elements()
        case .source(let source):
            var all: [Value] = []
            all.reserveCapacity(source.count)
            for index in 0..<source.count { all.append(try source.element(at: index)) }
            return all
        }
    }

    func equals(_ other: ListValue, _ budget: inout Budget) throws(EvaluationError) -> Bool {
        guard count == other.count else { return false }
        try budget.pay(count >> 4)
        let mine = try elements()
        let theirs = try other.elements()
        for index in mine.indices {
            try budget.pay(1)
            if try !mine[index].equals(theirs[index], &budget) { return false }
        }
        return true
    }

    /// Membership as `in` means it: equality with some element.
    func contains(_ value: Value, _ budget: inout Budget) throws(EvaluationError) -> Bool {
        try budget.pay(count >> 3)
        for element in try elements() where try element.equals(value, &budget) { return true }
        return false
    }
}

extension MapValue {
    package var count: Int {
        switch self {
        case .entries(let entries): entries.entries.count
        // Entries that are null or missing texts are none.
        case .json(let element): element.keys.count
        case .source(let source): source.keys.count
        }
    }

    /// What it costs to find a key: a JSON object is searched from its start.
    var lookupCost: Int { if case .json(let element) = self { element.count >> 5 } else { 0 } }

    /// The keys in the map's own order.
    package var keys: [Value] {
        switch self {
        case .entries(let entries): entries.entries.map(\.key)
        case .json(let element): element.keys.map { .string($0) }
        case .source(let source): source.keys.map { .string($0) }
        }
    }

    /// Nil where the key is absent.
    package func value(forText key: String) throws(EvaluationError) -> Value? {
        switch self {
        case .json(let element): element.value(forKey: key)
        case .source(let source): try source.value(forKey: key)
        case .entries(let entries): entries.value(forText: key)
        }
    }

    /// Whether there is a value at a key.
    func holds(_ key: Value, _ budget: inout Budget) throws(EvaluationError) -> Bool {
        try budget.pay(reading: key)
        try budget.pay(lookupCost)
        return try value(forKey: key) != nil
    }

    package func value(forKey key: Value) throws(EvaluationError) -> Value? {
        if case .string(let text) = key { return try value(forText: text) }
        guard case .entries(let entries) = self else { return nil }
        return entries.value(forKey: key)
    }

    func equals(_ other: MapValue, _ budget: inout Budget) throws(EvaluationError) -> Bool {
        try budget.pay(lookupCost << 2 + other.lookupCost << 2)
        let keys = keys
        guard keys.count == other.count else { return false }
        for key in keys {
            try budget.pay(1 + lookupCost + other.lookupCost)
            guard let theirs = try other.value(forKey: key), let mine = try value(forKey: key), try mine.equals(theirs, &budget)
            else { return false }
        }
        return true
    }
}

extension EvaluationError {
    static let noSuchOverload = EvaluationError(.other, "no such overload")

    static func noSuchKey(_ key: String) -> EvaluationError { EvaluationError(.absent, "no such key: \(key)") }
    static func range(_ what: String) -> EvaluationError { EvaluationError(.other, "range error: \(what)") }
}
