import Language

/// How the pages of a source follow one another.
enum Paging: Sendable {
    case none
    /// An expression that gives the next page's URL.
    case nextURL(Expression)
    /// The `Link` header's relation `next`.
    case linkHeader
    case cursor(Cursor)
    case number(Numbers)
    case offset(Offsets)

    /// Each page names what the query of the next one must say.
    struct Cursor: Sendable {
        let param: String
        let from: Expression
        /// False ends; where it is not there `from` alone tells.
        let more: Expression?
    }

    /// Pages are counted from `start`.
    struct Numbers: Sendable {
        let param: String
        let start: Int
        let size: Size?
        /// How many pages there are; without it pages are asked for up to one without records.
        let pages: Expression?
    }

    /// Pages are named by how many records come before them.
    struct Offsets: Sendable {
        let param: String
        let size: Size?
        /// How many records there are; without it pages are asked for up to one without records.
        let total: Expression?
    }

    /// How many records a page is asked to have; nothing is asked where `param` is nil.
    struct Size: Sendable {
        let param: String?
        let count: Int
    }

    /// Pages are told apart by the query of the source's own URL, which a file has not.
    var needsQuery: Bool {
        switch self {
        case .none, .nextURL, .linkHeader: false
        case .cursor, .number, .offset: true
        }
    }

    /// The position of a page says nothing of its content: the same content twice means that it is ignored.
    var isCounted: Bool {
        switch self {
        case .none, .nextURL, .linkHeader, .cursor: false
        case .number, .offset: true
        }
    }

    /// All that a page is asked.
    var expressions: [Expression] {
        switch self {
        case .none, .linkHeader: []
        case .nextURL(let next): [next]
        case .cursor(let cursor): [cursor.from] + [cursor.more].compactMap { $0 }
        case .number(let numbers): [numbers.pages].compactMap { $0 }
        case .offset(let offsets): [offsets.total].compactMap { $0 }
        }
    }

    static let body = "body"

    /// What expressions about a page may name.
    static let environment = Environment([
        Environment.Variable("headers", .map(.string, .string)), Environment.Variable(body, .dyn),
    ])
    fileprivate static let headersSlot = 0
    fileprivate static let bodySlot = 1

    /// For rows, which have no `body`; its slots are the first ones of `environment`.
    static let headersAlone = Environment([Environment.Variable("headers", .map(.string, .string))])
}

/// What a page tells of those that follow: its body and its headers, as expressions see them.
struct PageFacts {
    private let headers: [(name: String, value: String)]
    private var bindings = Bindings(slots: Paging.environment.variables.count)

    /// Names of headers in lower case.
    init(body: Value?, headers: [(name: String, value: String)]) {
        self.headers = headers
        bindings[Paging.headersSlot] = .map(
            .entries(MapEntries(Self.joined(headers).map { (.string($0.name), .string($0.value)) })))
        bindings[Paging.bodySlot] = body
    }

    /// The target of the first `Link` header with the relation `next`. Throws where there is none among the links that can be
    /// read, and some cannot be.
    func nextLink() throws(EvaluationError) -> String? {
        let links = headers.filter { $0.name == "link" }.map(\.value)
        if let target = LinkHeader.target(of: "next", in: links) { return target }
        guard LinkHeader.isWhole(links) else { throw EvaluationError(.other, "the header 'Link' cannot be read") }
        return nil
    }

    /// The values of a header, one for each time that it came.
    func header(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    /// Nil for null, an empty optional, and an absent key; throws where the expression fails otherwise.
    mutating func value(_ expression: Expression) throws(EvaluationError) -> Value? {
        do {
            return Self.present(try expression.evaluate(&bindings))
        } catch  where error.kind == .absent {
            return nil
        }
    }

    /// A text, or a number as its text.
    mutating func text(_ expression: Expression, _ what: String) throws(EvaluationError) -> String? {
        guard let value = try value(expression) else { return nil }
        switch value {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .uint(let number): return String(number)
        default: throw EvaluationError(.other, "\(what) is neither a text nor a whole number")
        }
    }

    /// A whole number that is not negative; as text too, since headers have nothing else.
    mutating func count(_ expression: Expression, _ what: String) throws(EvaluationError) -> Int? {
        guard let value = try value(expression) else { return nil }
        let count: Int? =
            switch value {
            case .int(let number): Int(exactly: number)
            case .uint(let number): Int(exactly: number)
            case .double(let number): Int(exactly: number)
            case .string(let text): Self.digits(text)
            default: nil
            }
        guard let count, count >= 0 else { throw EvaluationError(.other, "\(what) is no whole number") }
        return count
    }

    mutating func flag(_ expression: Expression, _ what: String) throws(EvaluationError) -> Bool? {
        guard let value = try value(expression) else { return nil }
        guard case .bool(let flag) = value else { throw EvaluationError(.other, "\(what) is neither true nor false") }
        return flag
    }

    /// The number in a text of digits alone.
    static func digits(_ text: String) -> Int? {
        let text = text.trimmingWhitespace()
        return text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(text) : nil
    }

    private static func present(_ value: Value) -> Value? {
        switch value {
        case .null: nil
        case .optional(let optional): optional.value.flatMap(present)
        default: value
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
}
