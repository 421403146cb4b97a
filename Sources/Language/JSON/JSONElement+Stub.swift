extension JSONElement {
    package var count: Int { 0 }
    package var isObject: Bool { false }
    package var isArray: Bool { false }
    package var keys: [String] { [] }
    /// Nil where absent, JSON null or a "missing" value.
    package func value(forKey key: String) -> Value? { nil }
    package func element(at index: Int) -> Value { .null }
    package func elements() -> [Value] { [] }
}
