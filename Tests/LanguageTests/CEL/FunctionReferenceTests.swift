import Language
import Testing

/// What `touchline explain --functions` prints is what the checker knows.
@Suite struct FunctionReferenceTests {
    private static let forms = FunctionReference.groups.flatMap(\.entries).flatMap(\.forms)

    @Test func `every way to call every function stands in the reference once`() {
        let told = Self.forms.flatMap(\.usages)
        #expect(Set(told).count == told.count)
        #expect(Set(told).isSuperset(of: FunctionTable.all.flatMap(\.usages)))
        let macros = FunctionReference.groups.filter { $0.title == "Macros" }.flatMap(\.entries).flatMap(\.forms).flatMap(
            \.usages)
        #expect(told.count == FunctionTable.all.flatMap(\.usages).count + macros.count, "and nothing that there is not")
    }

    @Test func `every macro stands in the reference with every number of arguments, and is one`() throws {
        let usages = FunctionReference.groups.filter { $0.title == "Macros" }.flatMap(\.entries).flatMap(\.forms).flatMap(
            \.usages)
        for name in Macros.names { #expect(usages.contains { $0.contains(".\(name)(") }, "\(name)") }
        for usage in usages {
            // `list.map(e, A) -> list(A)` is called with as many arguments as are written there.
            let call = try #require(usage.split(separator: "(", maxSplits: 1).last?.split(separator: ")").first)
            let count = call.split(separator: ",").count
            let name = try #require(usage.split(separator: "(").first?.split(separator: ".").last)
            guard usage.contains("."), !usage.hasPrefix("cel."), !usage.hasPrefix("has(") else { continue }
            let arguments = ["a", "b", "c", "d"].prefix(count).joined(separator: ", ")
            let syntax = try Expression.parse("x.\(name)(\(arguments))")
            guard case .macro = syntax.kind else {
                Issue.record("\(usage) is no macro")
                return
            }
        }
        for name in Macros.names {
            for count in 1...5 {
                let arguments = ["a", "b", "c", "d", "e"].prefix(count).joined(separator: ", ")
                guard case .macro = try Expression.parse("x.\(name)(\(arguments))").kind else { continue }
                #expect(
                    usages.contains {
                        $0.contains(".\(name)(") && $0.prefix { $0 != ">" }.filter { $0 == "," }.count == count - 1
                    },
                    "\(name) with \(count) arguments is not told")
            }
        }
    }

    @Test func `every example compiles and holds, and shows what it stands beside`() throws {
        for entry in FunctionReference.groups.flatMap(\.entries) {
            for form in entry.forms {
                let example = try #require(form.example, "\(entry.name) has no example")
                let expression = try Expression.compile(example, in: Environment([]), expecting: .bool)
                var bindings = Bindings(slots: 0)
                #expect(try expression.holds(&bindings), "\(example)")
                let name = entry.name.split(separator: "_").first.map(String.init) ?? entry.name
                let symbol = entry.name.hasPrefix("@") ? "in" : entry.name.hasPrefix("_[") ? "[" : name
                #expect(example.contains(symbol), "\(entry.name): \(example)")
            }
        }
    }

    @Test func `groups are sorted by name`() {
        for group in FunctionReference.groups {
            let names = group.entries.map { Array($0.name.utf8) }
            #expect(names == names.sorted { $0.lexicographicallyPrecedes($1) }, "\(group.title)")
        }
    }
}
