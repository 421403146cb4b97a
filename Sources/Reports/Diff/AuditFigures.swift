import Language

/// What an `audit.json` says, read back: as much of it as two audits can be compared by.
package struct AuditFigures: Sendable {
    /// Why a text is no audit of ours.
    package struct Problem: Error {
        package let why: String
    }

    package struct Checklist: Hashable, Sendable {
        package let id: String
        package let version: String
        package let sha256: String
    }

    package struct Source: Hashable, Sendable {
        package let id: String
        package let outcome: String
        package let reason: String?
        package let records: Int
        package let rejected: Int
    }

    package struct Item: Hashable, Sendable {
        package let checklist: String
        package let item: String
        package let isOfCustomers: Bool
        package let pass: Int
        package let fail: Int
        package let met: Int
        package let missed: Int
        package let rate: Double?
        package let target: Double?
    }

    /// A dependable rate, 0 to 100 with its interval; nil where there is not enough data.
    package struct Score: Hashable, Sendable {
        /// Nil for checklists that judge every function.
        package let function: String?
        package let value: Double?
        package let low: Double?
        package let high: Double?
    }

    package struct Partner: Hashable, Sendable {
        package let id: String
        package let name: String
        package let functions: [String]
        package let records: Int
        package let scores: [Score]
        package let items: [Item]
    }

    package struct Flag: Hashable, Sendable {
        package let id: String
        package let partner: String
        package let checklist: String
        package let item: String
        package let kind: String
        package let dimension: String?
        package let tier: String
        package let state: String
        package let n: Int
        package let effect: Double
        package let q: Double
        package let sentence: String

        /// Whether it is raised: one that is `fixed` is told to say so.
        var isOpen: Bool { state != "fixed" }
    }

    package let id: String
    package let network: String
    package let asOf: String
    package let snapshot: String?
    package let checklists: [Checklist]
    package let sources: [Source]
    package let partners: [Partner]
    package let flags: [Flag]

    /// Sources that were left out on the command line do not make an audit incomplete.
    package var isComplete: Bool {
        sources.allSatisfy { $0.outcome == "complete" || $0.reason?.hasPrefix("left_out") == true }
    }

    package init(json: [UInt8]) throws(Problem) {
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(parsing: json) } catch { throw Problem(why: "it is no JSON") }
        let root = document.root
        guard root.find("touchline")?.string == "audit/1" else { throw Problem(why: "it is no 'audit/1'") }
        id = try root.text("id")
        network = try root.text("network")
        asOf = try root.text("as_of")
        let inputs = try root.element("inputs")
        snapshot = inputs.find("snapshot")?.string
        checklists = try inputs.list("checklists") { element throws(Problem) in
            Checklist(id: try element.text("id"), version: try element.text("version"), sha256: try element.text("sha256"))
        }
        sources = try root.list("sources") { element throws(Problem) in
            Source(
                id: try element.text("id"), outcome: try element.text("outcome"), reason: element.find("reason")?.string,
                records: try element.count("records"), rejected: try element.count("rejected"))
        }
        partners = try root.list("partners") { element throws(Problem) in
            Partner(
                id: try element.text("id"), name: try element.text("name"),
                functions: (element.find("functions")?.children().compactMap(\.string)) ?? [],
                records: try element.count("records"), scores: (element.find("scores")?.children().map(Self.score)) ?? [],
                items: try element.list("items", Self.item))
        }
        flags = try root.list("flags", Self.flag)
    }

    private static func score(_ element: JSONElement) -> Score {
        Score(
            function: element.find("function")?.string, value: element.number("value"), low: element.number("low"),
            high: element.number("high"))
    }

    private static func item(_ element: JSONElement) throws(Problem) -> Item {
        Item(
            checklist: try element.text("checklist"), item: try element.text("item"),
            isOfCustomers: element.find("unit")?.string == "customer", pass: try element.count("pass"),
            fail: try element.count("fail"), met: try element.count("met"), missed: try element.count("missed"),
            rate: element.number("rate"), target: element.number("target"))
    }

    private static func flag(_ element: JSONElement) throws(Problem) -> Flag {
        Flag(
            id: try element.text("id"), partner: try element.text("partner"), checklist: try element.text("checklist"),
            item: try element.text("item"), kind: try element.text("kind"), dimension: element.find("dimension")?.string,
            tier: try element.text("tier"), state: try element.text("state"), n: try element.count("n"),
            effect: element.number("effect") ?? 0, q: element.number("q") ?? 0, sentence: try element.text("sentence"))
    }
}

extension JSONElement {
    fileprivate func element(_ key: String) throws(AuditFigures.Problem) -> JSONElement {
        guard let element = find(key) else { throw AuditFigures.Problem(why: "it has no '\(key)'") }
        return element
    }

    fileprivate func text(_ key: String) throws(AuditFigures.Problem) -> String {
        guard let text = try element(key).string else { throw AuditFigures.Problem(why: "'\(key)' is no text") }
        return text
    }

    fileprivate func number(_ key: String) -> Double? {
        switch find(key)?.value {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    fileprivate func count(_ key: String) throws(AuditFigures.Problem) -> Int {
        guard case .int(let number) = try element(key).value else { throw AuditFigures.Problem(why: "'\(key)' is no number") }
        return Int(number)
    }

    fileprivate func list<Element>(
        _ key: String, _ read: (JSONElement) throws(AuditFigures.Problem) -> Element
    ) throws(AuditFigures.Problem) -> [Element] {
        let list = try element(key)
        guard list.isArray else { throw AuditFigures.Problem(why: "'\(key)' is no list") }
        var elements: [Element] = []
        for child in list.children() { elements.append(try read(child)) }
        return elements
    }
}
