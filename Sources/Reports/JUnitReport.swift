package import Language

/// What a run checked, in the XML that CI servers know as JUnit's: suites of cases, each passed, failed or skipped.
///
/// There is no schema that everybody keeps; these are the elements and attributes that GitLab, Jenkins and GitHub's
/// reporters read. No times and no host names: the same run gives the same bytes.
package struct JUnitReport: Sendable {
    package var name: String
    package var suites: [Suite]

    package init(name: String, suites: [Suite]) {
        self.name = name
        self.suites = suites
    }

    /// What belongs together, such as the cases of one file.
    package struct Suite: Sendable {
        package var name: String
        package var cases: [Case]

        package init(name: String, cases: [Case]) {
            self.name = name
            self.cases = cases
        }
    }

    /// One thing that was checked.
    package struct Case: Sendable {
        package var name: String
        /// What it is a case of, such as the id of a checklist.
        package var group: String
        /// Where it stands; nil where nowhere in particular.
        package var position: Position?
        package var outcome: Outcome

        package init(name: String, group: String, position: Position? = nil, outcome: Outcome = .passed) {
            self.name = name
            self.group = group
            self.position = position
            self.outcome = outcome
        }
    }

    package enum Outcome: Sendable {
        case passed
        /// `message` is one line, `details` as many as there are; `type` is a stable name, such as a lint code.
        case failed(type: String, message: String, details: String)
        case skipped(String)
    }

    package var bytes: [UInt8] {
        var xml = XMLWriter()
        xml.element("testsuites", [("name", name)] + counts(suites.flatMap(\.cases))) { xml in
            for suite in suites {
                xml.element("testsuite", [("name", suite.name)] + counts(suite.cases)) { xml in
                    for one in suite.cases { write(one, to: &xml) }
                }
            }
        }
        return xml.bytes
    }

    private func counts(_ cases: [Case]) -> [(String, String)] {
        var failures = 0
        var skipped = 0
        for one in cases {
            switch one.outcome {
            case .passed: break
            case .failed: failures += 1
            case .skipped: skipped += 1
            }
        }
        return [("tests", "\(cases.count)"), ("failures", "\(failures)"), ("errors", "0"), ("skipped", "\(skipped)")]
    }

    private func write(_ one: Case, to xml: inout XMLWriter) {
        var attributes = [("name", one.name), ("classname", one.group)]
        if let position = one.position { attributes += [("file", position.file), ("line", "\(position.line)")] }
        switch one.outcome {
        case .passed: xml.element("testcase", attributes)
        case .failed(let type, let message, let details):
            xml.element("testcase", attributes) { $0.element("failure", [("type", type), ("message", message)], text: details) }
        case .skipped(let why):
            xml.element("testcase", attributes) { $0.element("skipped", [("message", why)]) }
        }
    }
}
