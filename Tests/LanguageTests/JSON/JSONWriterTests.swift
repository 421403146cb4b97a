import Testing

@testable import Language

struct JSONWriterTests {
    private func write(_ writer: inout JSONWriter) {
        writer.object { object in
            object.field("text", "a\"b\\c\n\u{1}é\u{2028}")
            object.field("none", nil as String?)
            object.field("count", 3)
            object.field("yes", true)
            object.field("rate", 0.1)
            object.field("whole", 2.0)
            object.field("plain", 2.0, asIntegerWhereWhole: true)
            object.field("nan", Double.nan)
            object.key("empty")
            object.array { _ in }
            object.key("nothing")
            object.object { _ in }
            object.key("list")
            object.array { array in
                array.int(1)
                array.object { $0.field("a", -1) }
                array.raw("[2,3]")
                array.null()
            }
        }
    }

    @Test func `compact output has no spaces`() {
        var writer = JSONWriter()
        write(&writer)
        let expected =
            #"{"text":"a\"b\\c\n\u0001é\u2028","none":null,"count":3,"yes":true,"rate":0.1,"whole":2.0,"plain":2,"#
            + #""nan":null,"empty":[],"nothing":{},"list":[1,{"a":-1},[2,3],null]}"#
        #expect(writer.text == expected)
    }

    @Test func `pretty output has one element a line`() {
        var writer = JSONWriter(pretty: true)
        writer.object { object in
            object.field("a", 1)
            object.key("b")
            object.array { array in
                array.string("x")
                array.object { $0.field("c", nil as Int?) }
            }
            object.key("d")
            object.array { _ in }
        }
        writer.newline()
        #expect(
            writer.text == """
                {
                  "a": 1,
                  "b": [
                    "x",
                    {
                      "c": null
                    }
                  ],
                  "d": []
                }

                """)
    }

    @Test func `lines follow each other without commas`() {
        var writer = JSONWriter()
        for number in 1...3 {
            writer.object { $0.field("n", number) }
            writer.newline()
        }
        #expect(writer.text == "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n")
    }

    @Test func `what is written reads back the same`() throws {
        var writer = JSONWriter()
        write(&writer)
        let document = try JSONDocument(parsing: writer.text)
        #expect(document.root.find("text")?.string == "a\"b\\c\n\u{1}é\u{2028}")
        #expect(document.root.find("list")?.count == 4)
    }

    @Test(arguments: [0.1, 1e300, .leastNonzeroMagnitude, -0.0, 1.0 / 3, 123456789.125, 1e16, 9007199254740992])
    func `a double reads back as itself`(value: Double) throws {
        var writer = JSONWriter()
        writer.double(value)
        guard case .double(let read) = try JSONDocument(parsing: writer.text).root.plainValue else {
            Issue.record("\(writer.text) is no double")
            return
        }
        #expect(read.bitPattern == value.bitPattern)
    }
}
