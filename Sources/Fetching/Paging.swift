import Language

/// How a page tells where the next one is. Further kinds (cursor, number, offset) are further cases here.
enum Paging: Sendable {
    case none
    /// An expression over `body` and `headers` that gives the next page's URL.
    case nextURL(Expression)
    /// The `Link` header's relation `next`.
    case linkHeader

    /// What expressions about a page may name.
    static let environment = Environment([
        Environment.Variable("body", .dyn), Environment.Variable("headers", .map(.string, .string)),
    ])

    /// The link to the next page as the page gives it; nil at the end. Throws where the expression fails otherwise than by
    /// naming something absent.
    func next(body: Value?, headers: [(name: String, value: String)]) throws(EvaluationError) -> String? {
        switch self {
        case .none: return nil
        case .linkHeader: return LinkHeader.target(of: "next", in: headers.filter { $0.name == "link" }.map(\.value))
        case .nextURL(let expression):
            var bindings = Bindings(slots: Self.environment.variables.count)
            bindings[0] = body
            bindings[1] = .map(.entries(MapEntries(headers.map { (.string($0.name), .string($0.value)) })))
            do {
                return try Self.link(try expression.evaluate(&bindings))
            } catch  where error.kind == .absent {
                return nil
            }
        }
    }

    private static func link(_ value: Value) throws(EvaluationError) -> String? {
        switch value {
        case .null: return nil
        case .string(let text): return text
        case .optional(let optional):
            guard let inner = optional.value else { return nil }
            return try link(inner)
        default: throw EvaluationError(.other, "the next page's URL is no text")
        }
    }
}
