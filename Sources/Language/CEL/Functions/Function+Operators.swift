extension FunctionTable {
    static let operators: [Function] = [
        Function("_&&_", "(bool, bool) -> bool", doc: "both hold; false beats an error", .compiled),
        Function("_||_", "(bool, bool) -> bool", doc: "one of them holds; true beats an error", .compiled),
        Function("!_", "(bool) -> bool", doc: "not", .compiled),
        Function("_?_:_", "(bool, A, A) -> A", doc: "the second where the first holds, else the third", .compiled),
        Function("_==_", "(A, A) -> bool", doc: "equality; numbers by value", .compiled),
        Function("_!=_", "(A, A) -> bool", doc: "inequality", .compiled),
        order("_<_", "less"), order("_<=_", "less or equal"), order("_>_", "greater"), order("_>=_", "greater or equal"),
        Function(
            "@in", "(A, list(A)) -> bool", "(A, map(A, B)) -> bool", doc: "is an element of a list or a key of a map", .compiled),
        Function(
            "_[_]", "(list(A), int) -> A", "(map(A, B), A) -> B", "(optional(list(A)), int) -> optional(A)",
            "(optional(map(A, B)), A) -> optional(B)", doc: "the element at an index or key", .compiled),
        Function(
            "_[?_]", "(list(A), int) -> optional(A)", "(map(A, B), A) -> optional(B)",
            "(optional(list(A)), int) -> optional(A)", "(optional(map(A, B)), A) -> optional(B)",
            doc: "the element at an index or key, if there is one", .compiled),
        Function(
            "_+_", "(int, int) -> int", "(uint, uint) -> uint", "(double, double) -> double", "(string, string) -> string",
            "(bytes, bytes) -> bytes", "(list(A), list(A)) -> list(A)", "(timestamp, duration) -> timestamp",
            "(duration, timestamp) -> timestamp", "(duration, duration) -> duration", doc: "sum or concatenation",
            .binary { a, b throws(EvaluationError) in try Arithmetic.add(a, b) }),
        Function(
            "_-_", "(int, int) -> int", "(uint, uint) -> uint", "(double, double) -> double",
            "(timestamp, timestamp) -> duration", "(timestamp, duration) -> timestamp", "(duration, duration) -> duration",
            doc: "difference", .binary { a, b throws(EvaluationError) in try Arithmetic.subtract(a, b) }),
        Function(
            "_*_", "(int, int) -> int", "(uint, uint) -> uint", "(double, double) -> double", doc: "product",
            .binary { a, b throws(EvaluationError) in try Arithmetic.multiply(a, b) }),
        Function(
            "_/_", "(int, int) -> int", "(uint, uint) -> uint", "(double, double) -> double",
            doc: "quotient; of whole numbers towards zero",
            .binary { a, b throws(EvaluationError) in try Arithmetic.divide(a, b) }),
        Function(
            "_%_", "(int, int) -> int", "(uint, uint) -> uint", doc: "remainder",
            .binary { a, b throws(EvaluationError) in try Arithmetic.remainder(a, b) }),
        Function(
            "-_", "(int) -> int", "(double) -> double", doc: "negation",
            .unary { a throws(EvaluationError) in try Arithmetic.negate(a) }),
    ]

    private static func order(_ name: String, _ doc: String) -> Function {
        Function(
            name, "(bool, bool) -> bool", "(int, int) -> bool", "(uint, uint) -> bool", "(double, double) -> bool",
            "(string, string) -> bool", "(bytes, bytes) -> bool", "(timestamp, timestamp) -> bool",
            "(duration, duration) -> bool", "(int, uint) -> bool", "(int, double) -> bool", "(uint, int) -> bool",
            "(uint, double) -> bool", "(double, int) -> bool", "(double, uint) -> bool", doc: doc, .compiled)
    }
}

/// The arithmetic operators: every overflow is an error.
enum Arithmetic {
    static func add(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
        switch (a, b) {
        case (.int(let a), .int(let b)): return .int(try whole(a.addingReportingOverflow(b)))
        case (.uint(let a), .uint(let b)): return .uint(try whole(a.addingReportingOverflow(b)))
        case (.double(let a), .double(let b)): return .double(a + b)
        case (.string(let a), .string(let b)):
            guard a.utf8.count + b.utf8.count <= Budget.textLimit else { throw .longText }
            return .string(a + b)
        case (.bytes(let a), .bytes(let b)):
            guard a.count + b.count <= Budget.textLimit else { throw .longText }
            return .bytes(a + b)
        case (.list(let a), .list(let b)):
            guard a.count + b.count <= Budget.listLimit else { throw .longList }
            return .list(.array(try a.elements() + b.elements()))
        case (.timestamp(let time), .duration(let length)), (.duration(let length), .timestamp(let time)):
            return try instant(time + length)
        case (.duration(let a), .duration(let b)): return try length(a + b)
        default: throw .noSuchOverload
        }
    }

    static func subtract(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
        switch (a, b) {
        case (.int(let a), .int(let b)): return .int(try whole(a.subtractingReportingOverflow(b)))
        case (.uint(let a), .uint(let b)): return .uint(try whole(a.subtractingReportingOverflow(b)))
        case (.double(let a), .double(let b)): return .double(a - b)
        case (.timestamp(let a), .timestamp(let b)): return try length(a - b)
        case (.timestamp(let time), .duration(let length)): return try instant(time + (.zero - length))
        case (.duration(let a), .duration(let b)): return try length(a - b)
        default: throw .noSuchOverload
        }
    }

    static func multiply(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
        switch (a, b) {
        case (.int(let a), .int(let b)): return .int(try whole(a.multipliedReportingOverflow(by: b)))
        case (.uint(let a), .uint(let b)): return .uint(try whole(a.multipliedReportingOverflow(by: b)))
        case (.double(let a), .double(let b)): return .double(a * b)
        default: throw .noSuchOverload
        }
    }

    static func divide(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
        switch (a, b) {
        case (.int(_), .int(0)), (.uint(_), .uint(0)): throw EvaluationError(.other, "division by zero")
        case (.int(let a), .int(let b)): return .int(try whole(a.dividedReportingOverflow(by: b)))
        case (.uint(let a), .uint(let b)): return .uint(a / b)
        case (.double(let a), .double(let b)): return .double(a / b)
        default: throw .noSuchOverload
        }
    }

    static func remainder(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
        switch (a, b) {
        case (.int(_), .int(0)), (.uint(_), .uint(0)): throw EvaluationError(.other, "modulus by zero")
        case (.int(let a), .int(let b)): return .int(try whole(a.remainderReportingOverflow(dividingBy: b)))
        case (.uint(let a), .uint(let b)): return .uint(a % b)
        default: throw .noSuchOverload
        }
    }

    static func negate(_ a: Value) throws(EvaluationError) -> Value {
        switch a {
        case .int(let a): return .int(try whole(Int64(0).subtractingReportingOverflow(a)))
        case .double(let a): return .double(-a)
        default: throw .noSuchOverload
        }
    }

    private static func whole<Number>(_ result: (partialValue: Number, overflow: Bool)) throws(EvaluationError) -> Number {
        guard !result.overflow else { throw EvaluationError(.other, "integer overflow") }
        return result.partialValue
    }

    static func instant(_ instant: Instant) throws(EvaluationError) -> Value {
        guard instant.isInRange else { throw .range("timestamp overflow") }
        return .timestamp(instant)
    }

    /// A length as CEL has them: it fits 64 bits of nanoseconds.
    static func length(_ length: Duration) throws(EvaluationError) -> Value {
        guard length.nanosecondsExactly != nil else { throw .range("duration overflow") }
        return .duration(length)
    }
}
