extension FunctionTable {
    static let optionals: [Function] = [
        Function("optional.none", "() -> optional(A)", doc: "an optional without a value", .constant(.optional(.none))),
        Function(
            "optional.of", "(A) -> optional(A)", doc: "an optional with that value", .unary { .optional(OptionalValue($0)) }),
        Function(
            "optional.ofNonZeroValue", "(A) -> optional(A)", doc: "an optional with that value; none where it is empty or zero",
            .unary { .optional($0.isZero ? .none : OptionalValue($0)) }),
        Function(
            "hasValue", method: true, "(optional(A)) -> bool", doc: "whether there is a value",
            .unary { value throws(EvaluationError) in
                guard case .optional(let optional) = value else { throw .noSuchOverload }
                return .bool(optional.value != nil)
            }),
        Function(
            "value", method: true, "(optional(A)) -> A", doc: "the value; an error where there is none",
            .unary { value throws(EvaluationError) in
                guard case .optional(let optional) = value else { throw .noSuchOverload }
                guard let value = optional.value else { throw EvaluationError(.absent, "optional.none() dereference") }
                return value
            }),
        Function("or", method: true, "(optional(A), optional(A)) -> optional(A)", doc: "the first that has a value", .compiled),
        Function("orValue", method: true, "(optional(A), A) -> A", doc: "the value, else the one given", .compiled),
    ]
}
