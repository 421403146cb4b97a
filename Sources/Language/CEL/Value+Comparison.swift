extension Value {
    /// Equality of CEL: numbers by value whatever their type, collections by their elements, else false between types.
    package func equals(_ other: Value) throws(EvaluationError) -> Bool {
        switch (self, other) {
        case (.string(let a), .string(let b)): Text.same(a, b)
        case (.int(let a), .int(let b)): a == b
        case (.bool(let a), .bool(let b)): a == b
        case (.null, .null): true
        case (.uint(let a), .uint(let b)): a == b
        case (.double(let a), .double(let b)): a == b
        case (.int, .uint), (.uint, .int), (.int, .double), (.double, .int), (.uint, .double), (.double, .uint):
            numericOrder(other) == 0
        case (.bytes(let a), .bytes(let b)): a == b
        case (.timestamp(let a), .timestamp(let b)): a == b
        case (.duration(let a), .duration(let b)): a == b
        case (.type(let a), .type(let b)): a.runtimeName == b.runtimeName
        case (.list(let a), .list(let b)): try a.equals(b)
        case (.map(let a), .map(let b)): try a.equals(b)
        case (.optional(let a), .optional(let b)): try a.equals(b)
        case (.object(let a), .object(let b)): a.source === b.source && a.kind == b.kind && a.index == b.index
        default: false
        }
    }

    /// The order of two values: negative, zero, positive; nil where NaN is one of them.
    package func order(_ other: Value) throws(EvaluationError) -> Int? {
        switch (self, other) {
        case (.timestamp(let a), .timestamp(let b)): return a < b ? -1 : a == b ? 0 : 1
        case (.duration(let a), .duration(let b)): return a < b ? -1 : a == b ? 0 : 1
        case (.int, .int), (.uint, .uint), (.double, .double), (.int, .uint), (.uint, .int), (.int, .double), (.double, .int),
            (.uint, .double), (.double, .uint):
            return numericOrder(other)
        case (.string(let a), .string(let b)): return Text.compare(a, b)
        case (.bytes(let a), .bytes(let b)): return Text.compare(a, b)
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
    func equals(_ other: OptionalValue) throws(EvaluationError) -> Bool {
        guard let value, let theirs = other.value else { return value == nil && other.value == nil }
        return try value.equals(theirs)
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

    func equals(_ other: ListValue) throws(EvaluationError) -> Bool {
        guard count == other.count else { return false }
        let mine = try elements()
        let theirs = try other.elements()
        for index in mine.indices where try !mine[index].equals(theirs[index]) { return false }
        return true
    }

    /// Membership as `in` means it: equality with some element.
    func contains(_ value: Value) throws(EvaluationError) -> Bool {
        for element in try elements() where try element.equals(value) { return true }
        return false
    }
}

extension MapValue {
    package var count: Int {
        switch self {
        case .entries(let entries): entries.entries.count
        case .json(let element): element.count
        case .source(let source): source.keys.count
        }
    }

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

    package func value(forKey key: Value) throws(EvaluationError) -> Value? {
        if case .string(let text) = key { return try value(forText: text) }
        guard case .entries(let entries) = self else { return nil }
        return entries.value(forKey: key)
    }

    func equals(_ other: MapValue) throws(EvaluationError) -> Bool {
        let keys = keys
        guard keys.count == other.count else { return false }
        for key in keys {
            guard let theirs = try other.value(forKey: key), let mine = try value(forKey: key), try mine.equals(theirs)
            else { return false }
        }
        return true
    }
}

extension EvaluationError {
    static let noSuchOverload = EvaluationError(.other, "no such overload")
    static let exhausted = EvaluationError(.exhausted, "the expression takes too many steps")

    static func noSuchKey(_ key: String) -> EvaluationError { EvaluationError(.absent, "no such key: \(key)") }
    static func range(_ what: String) -> EvaluationError { EvaluationError(.other, "range error: \(what)") }
}
