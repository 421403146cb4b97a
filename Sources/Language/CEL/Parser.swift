/// Reads an expression: operators by precedence, everything else by recursive descent. Nesting is limited, so that no
/// text can overflow the stack of the parser or of what walks the tree later.
struct Parser {
    static let nestingLimit = 250

    private let tokens: [Token]
    private var at = 0
    private var nesting = 0

    /// `names` are reserved words that are names all the same, since something that may be named is called so.
    static func parse(_ text: String, naming names: Set<String> = []) throws(Expression.Problem) -> Syntax {
        var lexer = Lexer(text, naming: names)
        var parser = Parser(tokens: try lexer.tokens())
        let syntax = try parser.expression()
        guard parser.token.kind == .end else { throw parser.unexpected("the end") }
        return syntax
    }

    private init(tokens: [Token]) { self.tokens = tokens }

    private var token: Token { tokens[at] }

    private func isSymbol(_ text: String) -> Bool { token.kind == .symbol && token.text == text }

    private mutating func accept(_ symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        at += 1
        return true
    }

    private mutating func expect(_ symbol: String) throws(Expression.Problem) {
        guard accept(symbol) else { throw unexpected("'\(symbol)'") }
    }

    private func unexpected(_ wanted: String) -> Expression.Problem {
        let found =
            switch token.kind {
            case .end: "the end"
            case .string, .bytes: "a string"
            default: "'\(token.text)'"
            }
        let words = ["and": "'&&'", "or": "'||'", "not": "'!'", "is": "'=='"]
        let help = token.kind == .identifier ? words[token.text.lowercased()].map { "write \($0)" } : nil
        return Expression.Problem(
            code: .syntax, offset: token.offset, message: "expected \(wanted), found \(found)", help: help)
    }

    private func node(_ kind: Syntax.Kind, _ offset: Int) throws(Expression.Problem) -> Syntax {
        let syntax = Syntax(kind, offset: offset)
        guard syntax.depth <= Self.nestingLimit else { throw tooDeep(offset) }
        return syntax
    }

    private func tooDeep(_ offset: Int) -> Expression.Problem {
        Expression.Problem(
            code: .tooDeep, offset: offset, message: "nested deeper than \(Self.nestingLimit) levels", help: nil)
    }

    // MARK: Operators

    private mutating func expression() throws(Expression.Problem) -> Syntax {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.nestingLimit else { throw tooDeep(token.offset) }
        let condition = try operation(minimum: 1)
        guard isSymbol("?") else { return condition }
        let offset = token.offset
        at += 1
        let yes = try operation(minimum: 1)
        try expect(":")
        let no = try expression()
        return try node(.call("_?_:_", receiver: nil, arguments: [condition, yes, no]), offset)
    }

    private static let precedences: [String: Int] = [
        "||": 1, "&&": 2, "<": 3, "<=": 3, ">": 3, ">=": 3, "==": 3, "!=": 3, "in": 3, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5,
    ]

    private func precedence() -> Int {
        guard token.kind == .symbol || token.kind == .keyword else { return 0 }
        return Self.precedences[token.text] ?? 0
    }

    private mutating func operation(minimum: Int) throws(Expression.Problem) -> Syntax {
        var left = try unary()
        while true {
            let precedence = precedence()
            guard precedence >= minimum, precedence > 0 else { return left }
            let op = token
            if precedence <= 2 {
                left = try logic(left, op.text, precedence)
                continue
            }
            at += 1
            let right = try operation(minimum: precedence + 1)
            let name = op.text == "in" ? "@in" : "_\(op.text)_"
            left = try node(.call(name, receiver: nil, arguments: [left, right]), op.offset)
        }
    }

    /// A chain of `&&` or of `||` becomes a balanced tree: it may be long without being deep.
    private mutating func logic(_ first: Syntax, _ op: String, _ precedence: Int) throws(Expression.Problem) -> Syntax {
        var operands = [first]
        var offsets: [Int] = []
        while isSymbol(op) {
            offsets.append(token.offset)
            at += 1
            operands.append(try operation(minimum: precedence + 1))
        }
        return try balanced(operands[...], offsets, "_\(op)_")
    }

    private func balanced(
        _ operands: ArraySlice<Syntax>, _ offsets: [Int], _ name: String
    ) throws(Expression.Problem) -> Syntax {
        guard operands.count > 1 else { return operands[operands.startIndex] }
        let middle = (operands.startIndex + operands.endIndex) / 2
        let arguments = [
            try balanced(operands[..<middle], offsets, name), try balanced(operands[middle...], offsets, name),
        ]
        return try node(.call(name, receiver: nil, arguments: arguments), offsets[middle - 1])
    }

    private mutating func unary() throws(Expression.Problem) -> Syntax {
        var signs: [Token] = []
        while isSymbol("!") || isSymbol("-") {
            if let first = signs.first, first.text != token.text { break }
            signs.append(token)
            at += 1
            guard signs.count <= Self.nestingLimit else { throw tooDeep(token.offset) }
        }
        var operand: Syntax
        if let last = signs.last, last.text == "-", token.kind == .int || token.kind == .double {
            signs.removeLast()
            operand = try member(after: number(negative: last))
        } else {
            operand = try member(after: primary())
        }
        for sign in signs.reversed() {
            operand = try node(.call(sign.text == "!" ? "!_" : "-_", receiver: nil, arguments: [operand]), sign.offset)
        }
        return operand
    }

    // MARK: Members

    private mutating func member(after first: Syntax) throws(Expression.Problem) -> Syntax {
        var operand = first
        while true {
            if isSymbol(".") {
                operand = try selection(of: operand)
            } else if isSymbol("[") {
                let offset = token.offset
                at += 1
                let isOptional = accept("?")
                let key = try expression()
                try expect("]")
                operand = try node(
                    .call(isOptional ? "_[?_]" : "_[_]", receiver: nil, arguments: [operand, key]), offset)
            } else if isSymbol("{"), operand.asPath != nil {
                throw Expression.Problem(
                    code: .syntax, offset: token.offset, message: "messages cannot be built", help: "a map is {\"key\": value}")
            } else {
                return operand
            }
        }
    }

    private mutating func selection(of operand: Syntax) throws(Expression.Problem) -> Syntax {
        at += 1
        let isOptional = accept("?")
        let name = token
        switch name.kind {
        case .identifier, .quotedIdentifier: break
        case .keyword where !Lexer.words.contains(name.text): break
        case .keyword:
            throw Expression.Problem(
                code: .syntax, offset: name.offset, message: "'\(name.text)' is a word of the language",
                help: "write .`\(name.text)` or [\"\(name.text)\"]")
        default: throw unexpected("the name of a field or function")
        }
        at += 1
        guard isSymbol("("), name.kind != .quotedIdentifier, !isOptional else {
            return try node(.select(operand, field: name.text, optional: isOptional), name.offset)
        }
        let arguments = try arguments()
        let isMacro = try Macros.isMacro(name.text, receiver: operand, arguments)
        if isMacro, case .identifier("cel") = operand.kind, name.text == "bind" {
            return try node(.macro("cel.bind", receiver: nil, arguments: arguments), name.offset)
        }
        return try node(
            isMacro
                ? .macro(name.text, receiver: operand, arguments: arguments)
                : .call(name.text, receiver: operand, arguments: arguments), name.offset)
    }

    private mutating func arguments() throws(Expression.Problem) -> [Syntax] {
        try expect("(")
        var all: [Syntax] = []
        while !isSymbol(")") {
            if !all.isEmpty { try expect(",") }
            all.append(try expression())
        }
        at += 1
        return all
    }

    // MARK: Primaries

    private mutating func primary() throws(Expression.Problem) -> Syntax {
        let first = token
        switch first.kind {
        case .int, .uint, .double: return try number(negative: nil)
        case .string, .bytes:
            at += 1
            return try node(.literal(first.value ?? .null), first.offset)
        case .keyword: return try keyword()
        case .identifier: return try name(prefix: "")
        case .symbol: break
        case .quotedIdentifier, .end: throw unexpected("an operand")
        }
        switch first.text {
        case "(":
            at += 1
            let inner = try expression()
            try expect(")")
            return inner
        case ".":
            at += 1
            guard token.kind == .identifier else { throw unexpected("a name") }
            return try name(prefix: ".")
        case "[": return try list()
        case "{": return try map()
        default: throw unexpected("an operand")
        }
    }

    private mutating func keyword() throws(Expression.Problem) -> Syntax {
        let word = token
        let value: Value
        switch word.text {
        case "true": value = .bool(true)
        case "false": value = .bool(false)
        case "null": value = .null
        case "in": throw unexpected("an operand")
        default:
            throw Expression.Problem(
                code: .syntax, offset: word.offset, message: "'\(word.text)' is reserved and cannot be a name", help: nil)
        }
        at += 1
        return try node(.literal(value), word.offset)
    }

    private mutating func name(prefix: String) throws(Expression.Problem) -> Syntax {
        let name = token
        at += 1
        guard isSymbol("(") else { return try node(.identifier(prefix + name.text), name.offset) }
        let arguments = try arguments()
        if prefix.isEmpty, name.text == "has", arguments.count == 1 {
            switch arguments[0].kind {
            case .select(let operand, let field, false):
                return try node(.presence(operand, field: field), name.offset)
            case .identifier: return try node(.macro("has", receiver: nil, arguments: arguments), name.offset)
            default:
                throw Expression.Problem(
                    code: .syntax, offset: arguments[0].start, message: "invalid argument to has() macro",
                    help: "has() takes a field: has(x.field)")
            }
        }
        return try node(.call(prefix + name.text, receiver: nil, arguments: arguments), name.offset)
    }

    private mutating func number(negative sign: Token?) throws(Expression.Problem) -> Syntax {
        let token = token
        at += 1
        let value = Self.value(of: token, negative: sign != nil)
        guard let value else {
            throw Expression.Problem(code: .syntax, offset: token.offset, message: "the number is out of range", help: nil)
        }
        return try node(.literal(value), sign?.offset ?? token.offset)
    }

    private static func value(of token: Token, negative: Bool) -> Value? {
        if token.kind == .double { return Double(token.text).map { .double(negative ? -$0 : $0) } }
        let isHex = token.text.utf8.count > 2 && token.text.utf8.dropFirst().first.map { $0 | 0x20 } == UInt8(ascii: "x")
        let digits = isHex ? token.text.dropFirst(2) : token.text[...]
        if token.kind == .uint { return UInt64(digits, radix: isHex ? 16 : 10).map { .uint($0) } }
        return Int64((negative ? "-" : "") + digits, radix: isHex ? 16 : 10).map { .int($0) }
    }

    private mutating func list() throws(Expression.Problem) -> Syntax {
        let offset = token.offset
        at += 1
        var elements: [Syntax] = []
        var optional: Set<Int> = []
        while !isSymbol("]") {
            if !elements.isEmpty {
                try expect(",")
                if isSymbol("]") { break }
            }
            if accept("?") { optional.insert(elements.count) }
            elements.append(try expression())
        }
        at += 1
        return try node(.list(elements, optional: optional), offset)
    }

    private mutating func map() throws(Expression.Problem) -> Syntax {
        let offset = token.offset
        at += 1
        var entries: [(key: Syntax, value: Syntax, optional: Bool)] = []
        while !isSymbol("}") {
            if !entries.isEmpty {
                try expect(",")
                if isSymbol("}") { break }
            }
            let isOptional = accept("?")
            let key = try expression()
            try expect(":")
            entries.append((key, try expression(), isOptional))
        }
        at += 1
        return try node(.map(entries), offset)
    }
}
