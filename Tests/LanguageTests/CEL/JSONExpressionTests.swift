import Language
import Testing

/// Expressions over JSON read in place.
@Suite struct JSONExpressionTests {
    private static let json = """
        {"id": 4711, "priority": "urgent", "note": null, "price": 1.5, "big": 18446744073709551615, "yes": true, "empty": {},
         "org": {"name": "Acm\\u00e9", "nil": null, "tags": ["a", "b", null]},
         "audits": [{"at": "2026-01-05T09:12:00Z", "events": [{"type": "Change", "n": 1}]}, {"events": []}]}
        """

    @Test(arguments: [
        "it.id == 4711", #"it.priority == "urgent""#, "!has(it.note)", "has(it.org)", "!has(it.org.nil)", "has(it.org.tags)",
        "size(it.org.tags) == 3", "it.org.tags[2] == null", "it.price > 1", "it.big == 18446744073709551615u", "it.yes",
        "size(it.org) == 2", "it.org.map(k, k) == ['name', 'tags']", "it.org == {'name': 'Acmé', 'tags': ['a', 'b', null]}",
        "{'name': 'Acmé', 'tags': ['a', 'b', null]} == it.org", "it.org.tags == ['a', 'b', null]", "'a' in it.org.tags",
        "!('nil' in it.org)", "'name' in it.org", "it.?note.orValue('x') == 'x'", "it.empty == {}", "it.org.tags + ['c'] != []",
        "it.audits.exists(a, a.events.exists(e, e.type == 'Change' && e.n == 1))", "it.audits.filter(a, has(a.at)).size() == 1",
        "timestamp(it.audits[0].at).getFullYear() == 2026", "string(it.id) == '4711'", "type(it.id) == int",
        "it.audits.map(a, a.?at.orValue('none'))[1] == 'none'", "it['priority'].startsWith('urg')",
        "it.org.exists(k, v, k == 'name' && v == 'Acmé')", "'%s'.format([it.org]) == '{name: Acmé, tags: [a, b, null]}'",
    ])
    func `a condition over a document holds`(text: String) throws {
        let environment = Environment([.init("it", .dyn)])
        let expression = try Expression.compile(text, in: environment)
        var bindings = Bindings(slots: 1)
        bindings[0] = try JSONDocument(parsing: Self.json).root.value
        #expect(try expression.holds(&bindings))
    }
}
