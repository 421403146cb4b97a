/// A stable name for one kind of mistake, such as `TL102`: what lint prints, what an editor links to, what a team silences.
///
/// Each room declares its own codes beside the code that reports them, in its range: TL101–149 YAML and structure,
/// TL150–169 sources, TL170–179 mappings, TL180–189 calendars, TL190–199 the rest of the config, TL201–249 expressions,
/// TL250–299 checklists, TL301–349 tests of checklists. A room's list (`Code.ofLanguage`, …) names all that it declares,
/// and the program's `Code.all` joins the lists.
package struct Code: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    /// What is wrong, in a few words, without the particulars.
    package let title: String
    /// The room that declares it, such as `Language`.
    package let room: String

    package init(_ name: String, _ title: String, declaredIn file: String = #fileID) {
        self.name = name
        self.title = title
        room = String(file.prefix { $0 != "/" })
    }

    package var description: String { name }
}

extension Code {
    /// What YAML and expressions may have wrong.
    package static let ofLanguage: [Code] = [
        .yamlSyntax, .duplicateKey, .tooManyNodes, .wrongShape, .unknownKey, .missingKey, .wrongValue, .syntax,
        .plainExpression, .unknownName, .typeMismatch, .unknownFunction, .badPattern, .tooDeep, .badTime,
    ]
}
