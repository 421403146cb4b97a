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
        Environment.Variable("headers", .map(.string, .string)), Environment.Variable("body", .dyn),
    ])
    private static let headersSlot = 0
    private static let bodySlot = 1

    /// For rows, which have no `body`; its slots are the first ones of `environment`.
    static let headersAlone = Environment([Environment.Variable("headers", .map(.string, .string))])

    /// The link to the next page as the page gives it; nil at the end. Throws where the expression fails otherwise than by
    /// naming something absent.
    func next(body: Value?, headers: [(name: String, value: String)]) throws(EvaluationError) -> String? {
        switch self {
        case .none: return nil
        case .linkHeader: return LinkHeader.target(of: "next", in: headers.filter { $0.name == "link" }.map(\.value))
        case .nextURL(let expression):
            var bindings = Bindings(slots: Self.environment.variables.count)
            bindings[Self.headersSlot] = .map(
                .entries(MapEntries(Self.joined(headers).map { (.string($0.name), .string($0.value)) })))
            bindings[Self.bodySlot] = body
            do {
                return try Self.link(try expression.evaluate(&bindings))
            } catch  where error.kind == .absent {
                return nil
            }
        }
    }

    /// Headers of the same name are one list, as RFC 9110, 5.3 says.
    private static func joined(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        var joined: [(name: String, value: String)] = []
        for header in headers {
            if let index = joined.firstIndex(where: { $0.name == header.name }) {
                joined[index].value += ", " + header.value
            } else {
                joined.append(header)
            }
        }
        return joined
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
