/// The functions and macros as a reader meets them: in groups, each with an example that holds.
package struct FunctionReference: Sendable {
    /// One function or macro, all the ways to call it together.
    package struct Entry: Sendable {
        package let name: String
        package let forms: [Form]
    }

    /// Ways to call a function that one sentence explains.
    package struct Form: Sendable {
        /// `string.charAt(int) -> string`
        package let usages: [String]
        package let doc: String
        /// A condition that holds.
        package let example: String?
    }

    package let title: String
    package let entries: [Entry]

    /// Sorted by name within a group.
    package static let groups: [FunctionReference] = [
        FunctionReference("Operators", FunctionTable.operators),
        FunctionReference(title: "Macros", entries: Macros.reference),
        FunctionReference("Conversions and types", FunctionTable.conversions),
        FunctionReference("Texts", FunctionTable.texts),
        FunctionReference("Lists, maps and sizes", FunctionTable.collections),
        FunctionReference("Optionals", FunctionTable.optionals),
        FunctionReference("Times", FunctionTable.times),
        FunctionReference("touchline's own", FunctionTable.own),
    ]

    private init(title: String, entries: [Entry]) {
        self.title = title
        self.entries = entries
    }

    private init(_ title: String, _ functions: [Function]) {
        let byName = Dictionary(grouping: functions, by: \.name)
        let names = byName.keys.sorted { Text.compare($0, $1) < 0 }
        self.init(
            title: title,
            entries: names.map { name in
                Entry(
                    name: name,
                    forms: byName[name, default: []].map { Form(usages: $0.usages, doc: $0.doc, example: $0.example) })
            })
    }
}

extension Function {
    /// A condition that shows what the function does, and holds.
    package var example: String? { FunctionTable.examples["\(isMethod ? "." : "")\(name)/\(arity)"] }
}

extension FunctionTable {
    /// By name and number of operands; a method's name begins with a dot, and its receiver counts.
    fileprivate static let examples: [String: String] = [
        "_&&_/2": #"1 < 2 && "a" < "b""#, "_||_/2": "1 / 0 == 1 || true", "!_/1": "!(1 > 2)",
        "_?_:_/3": #"(2 > 1 ? "yes" : "no") == "yes""#, "_==_/2": "1 == 1", "_!=_/2": #""é" != "e""#,
        "_<_/2": "1 < 2", "_<=_/2": "2 <= 2.5", "_>_/2": #"duration("2h") > duration("90m")"#,
        "_>=_/2": #""b" >= "a""#, "@in/2": #""S1" in ["S1", "S2"]"#, "_[_]/2": #"["a", "b"][1] == "b""#,
        "_[?_]/2": #"["a"][?7].orValue("none") == "none""#, "_+_/2": #""a" + "b" == "ab""#,
        "_-_/2": #"timestamp("2026-01-02T00:00:00Z") - timestamp("2026-01-01T00:00:00Z") == duration("24h")"#,
        "_*_/2": "6 * 7 == 42", "_/_/2": "7 / 2 == 3", "_%_/2": "7 % 2 == 1", "-_/1": "-(3) == 0 - 3",
        "bool/1": #"bool("true")"#, "int/1": #"int("42") == 42"#, "uint/1": "uint(42) == 42u",
        "double/1": #"double("1.5") == 1.5"#, "string/1": #"string(4711) == "4711""#, "bytes/1": #"bytes("ab") == b"ab""#,
        "timestamp/1": #"timestamp("2026-01-05T09:00:00+01:00") == timestamp("2026-01-05T08:00:00Z")"#,
        "duration/1": #"duration("1h30m") == duration("90m")"#, "dyn/1": "dyn(1) == 1.0", "type/1": "type(1) == int",
        "matches/2": #"matches("INC0012", "^INC[0-9]+$")"#, ".matches/2": #""INC0012".matches("^INC[0-9]+$")"#,
        ".format/2": #""%s took %d minutes".format(["ESC-02", 31]) == "ESC-02 took 31 minutes""#,
        ".contains/2": #""escalated".contains("scala")"#, ".startsWith/2": #""escalated".startsWith("esc")"#,
        ".endsWith/2": #""escalated".endsWith("ed")"#, ".indexOf/2": #""banana".indexOf("an") == 1"#,
        ".indexOf/3": #""banana".indexOf("an", 2) == 3"#, ".lastIndexOf/2": #""banana".lastIndexOf("an") == 3"#,
        ".lastIndexOf/3": #""banana".lastIndexOf("an", 2) == 1"#, ".charAt/2": #""abc".charAt(1) == "b""#,
        ".lowerAscii/1": #""ACME".lowerAscii() == "acme""#, ".upperAscii/1": #""acme".upperAscii() == "ACME""#,
        ".trim/1": #""  S1 ".trim() == "S1""#, ".reverse/1": #""abc".reverse() == "cba""#,
        "strings.quote/1": #"strings.quote("a\nb") == "\"a\\nb\"""#, ".substring/2": #""ESC-02".substring(4) == "02""#,
        ".substring/3": #""ESC-02".substring(0, 3) == "ESC""#, ".replace/3": #""a-b-c".replace("-", "+") == "a+b+c""#,
        ".replace/4": #""a-b-c".replace("-", "+", 1) == "a+b-c""#, ".split/2": #""a,b".split(",") == ["a", "b"]"#,
        ".split/3": #""a,b,c".split(",", 2) == ["a", "b,c"]"#, "size/1": "size([1, 2, 3]) == 3",
        ".size/1": #""café".size() == 4"#, ".join/1": #"["a", "b"].join() == "ab""#,
        ".join/2": #"["a", "b"].join(", ") == "a, b""#, ".first/1": "[4, 5].first().value() == 4",
        ".last/1": "[4, 5].last().value() == 5", "base64.encode/1": #"base64.encode(b"hi") == "aGk=""#,
        "base64.decode/1": #"base64.decode("aGk=") == b"hi""#, "optional.none/0": "!optional.none().hasValue()",
        "optional.of/1": "optional.of(1).value() == 1", "optional.ofNonZeroValue/1": #"!optional.ofNonZeroValue("").hasValue()"#,
        ".hasValue/1": #"{"a": 1}.?a.hasValue()"#, ".value/1": #"{"a": 1}.?a.value() == 1"#,
        ".or/2": #"{"a": 1}.?b.or(optional.of(2)).value() == 2"#, ".orValue/2": #"{"a": 1}.?b.orValue(2) == 2"#,
        ".getFullYear/1": year("getFullYear()", 2026), ".getFullYear/2": zoned("getFullYear", 2026),
        ".getMonth/1": year("getMonth()", 0), ".getMonth/2": zoned("getMonth", 0),
        ".getDate/1": year("getDate()", 4), ".getDate/2": zoned("getDate", 5),
        ".getDayOfMonth/1": year("getDayOfMonth()", 3), ".getDayOfMonth/2": zoned("getDayOfMonth", 4),
        ".getDayOfWeek/1": year("getDayOfWeek()", 0), ".getDayOfWeek/2": zoned("getDayOfWeek", 1),
        ".getDayOfYear/1": year("getDayOfYear()", 3), ".getDayOfYear/2": zoned("getDayOfYear", 4),
        ".getHours/1": year("getHours()", 23), ".getHours/2": zoned("getHours", 0),
        ".getMinutes/1": #"duration("2h").getMinutes() == 120"#, ".getMinutes/2": zoned("getMinutes", 30),
        ".getSeconds/1": #"duration("2m").getSeconds() == 120"#, ".getSeconds/2": zoned("getSeconds", 0),
        ".getMilliseconds/1": #"duration("1.5s").getMilliseconds() == 500"#,
        ".getMilliseconds/2": zoned("getMilliseconds", 0),
        "parseTime/3":
            #"parseTime("05/01/2026 09:00", "%d/%m/%Y %H:%M", "Europe/Paris").getHours() == 8"#,
        "tryTime/3": #"!tryTime("soon", "%d/%m/%Y", "UTC").hasValue()"#,
    ]

    private static func year(_ call: String, _ result: Int) -> String {
        #"timestamp("2026-01-04T23:30:00Z").\#(call) == \#(result)"#
    }

    private static func zoned(_ name: String, _ result: Int) -> String {
        #"timestamp("2026-01-04T23:30:00Z").\#(name)("Europe/Paris") == \#(result)"#
    }
}

extension Macros {
    /// Sorted by name. How each is called is checked against what the parser knows.
    fileprivate static let reference: [FunctionReference.Entry] = [
        entry(
            "all", ["list.all(e, bool) -> bool", "map.all(key, bool) -> bool"], "the condition holds for every element or key",
            "[1, 2].all(n, n > 0)", ["list.all(i, e, bool) -> bool", "map.all(key, value, bool) -> bool"],
            #"{"a": 1}.all(k, v, k == "a" && v == 1)"#),
        entry(
            "cel.bind", ["cel.bind(x, A, B) -> B"], "gives a value a name within the last argument",
            "cel.bind(n, 6 * 7, n + n == 84)"),
        entry(
            "exists", ["list.exists(e, bool) -> bool", "map.exists(key, bool) -> bool"],
            "the condition holds for an element or key", "[1, 2].exists(n, n > 1)",
            ["list.exists(i, e, bool) -> bool", "map.exists(key, value, bool) -> bool"],
            #"["a", "b"].exists(i, e, i == 1 && e == "b")"#),
        entry(
            "existsOne", ["list.existsOne(e, bool) -> bool", "list.exists_one(e, bool) -> bool"],
            "the condition holds for exactly one element or key", "[1, 2].existsOne(n, n > 1)",
            ["list.existsOne(i, e, bool) -> bool", "list.exists_one(i, e, bool) -> bool"],
            "[7, 8].existsOne(i, e, i == 0 && e == 7)"),
        entry(
            "filter", ["list.filter(e, bool) -> list", "map.filter(key, bool) -> list"],
            "the elements or keys for which the condition holds", "[1, 2, 3].filter(n, n != 2) == [1, 3]"),
        entry(
            "has", ["has(x.field) -> bool"], "whether the field or key is there", #"has({"a": 1}.a) && !has({"a": 1}.b)"#),
        entry(
            "map", ["list.map(e, A) -> list(A)", "list.map(e, bool, A) -> list(A)"],
            "what the last argument makes of every element; of those for which a condition holds",
            "[1, 2, 3].map(n, n > 1, n * n) == [4, 9]"),
        entry(
            "optFlatMap", ["optional.optFlatMap(x, optional) -> optional"],
            "what the last argument, an optional, makes of the value, if there is one",
            #"{"a": {"b": 1}}.?a.optFlatMap(x, x.?b).value() == 1"#),
        entry(
            "optMap", ["optional.optMap(x, A) -> optional(A)"], "what the last argument makes of the value, if there is one",
            #"{"a": 1}.?a.optMap(x, x + 1).value() == 2"#),
        entry(
            "transformList", ["list.transformList(i, e, A) -> list(A)", "list.transformList(i, e, bool, A) -> list(A)"],
            "as map(), with the index or key before the element",
            #"["a", "b"].transformList(i, e, i > 0, e + "!") == ["b!"]"#),
        entry(
            "transformMap", ["map.transformMap(key, value, A) -> map", "map.transformMap(key, value, bool, A) -> map"],
            "the same keys with what the last argument makes of their values",
            #"{"a": 1}.transformMap(k, v, v + 1) == {"a": 2}"#),
        entry(
            "transformMapEntry",
            ["map.transformMapEntry(key, value, map) -> map", "map.transformMapEntry(key, value, bool, map) -> map"],
            "one map of the maps that the last argument makes of every entry",
            #"{"a": "b"}.transformMapEntry(k, v, {v: k}) == {"b": "a"}"#),
    ]

    private static func entry(
        _ name: String, _ usages: [String], _ doc: String, _ example: String, _ more: [String] = [], _ second: String? = nil
    ) -> FunctionReference.Entry {
        var forms = [FunctionReference.Form(usages: usages, doc: doc, example: example)]
        if !more.isEmpty {
            let doc = "the same with two variables"
            forms.append(FunctionReference.Form(usages: more, doc: doc, example: second))
        }
        return FunctionReference.Entry(name: name, forms: forms)
    }
}
