/// The macros and how many arguments each takes: they bind variables, so the parser has to know them.
package enum Macros {
    /// By name: for each number of arguments, how many of the first are variables.
    private static let receivers: [String: [Int: Int]] = [
        "all": [2: 1, 3: 2],
        "exists": [2: 1, 3: 2],
        "exists_one": [2: 1, 3: 2],
        "existsOne": [2: 1, 3: 2],
        "map": [2: 1, 3: 1],
        "filter": [2: 1],
        "transformList": [3: 2, 4: 2],
        "transformMap": [3: 2, 4: 2],
        "transformMapEntry": [3: 2, 4: 2],
        "optMap": [2: 1],
        "optFlatMap": [2: 1],
    ]

    package static let names: [String] = receivers.keys.sorted()

    /// Whether a call with a receiver is a macro; throws where its variables are no names.
    static func isMacro(_ name: String, receiver: Syntax, _ arguments: [Syntax]) throws(Expression.Problem) -> Bool {
        var variables = receivers[name]?[arguments.count]
        if name == "bind", case .identifier("cel") = receiver.kind, arguments.count == 3 { variables = 1 }
        guard let variables else { return false }
        var seen: Set<String> = []
        for argument in arguments.prefix(variables) {
            guard case .identifier(let variable) = argument.kind, !variable.hasPrefix(".") else {
                throw Expression.Problem(
                    code: .syntax, offset: argument.offset, message: "argument of \(name)() must be a simple name", help: nil)
            }
            guard seen.insert(variable).inserted else {
                throw Expression.Problem(
                    code: .syntax, offset: argument.offset, message: "\(name)() names '\(variable)' twice", help: nil)
            }
        }
        return true
    }

    /// How many of a macro's arguments are variables.
    package static func variables(of name: String, _ count: Int) -> Int { name == "cel.bind" ? 1 : receivers[name]?[count] ?? 0 }
}
