extension Preset {
    static let jira = Preset(
        name: "jira",
        about: """
            Jira Cloud and Jira Service Management: issues with their changelog and comments; the kind is the issue type in small \
            letters.
            """,
        url: """
            https://SITE.atlassian.net/rest/api/2/search/jql?jql=project%3DDESK&fields=*all&expand=changelog&maxResults=100: \
            a search with all fields and the changelog (version 2, whose comments are texts). Jira Data Center: \
            /rest/api/2/search, with page: {offset: {param: startAt, size_param: maxResults, size: 100, total: 'body.total'}}
            """,
        text: #"""
            format: json
            page: {cursor: {param: nextPageToken, from: 'body.nextPageToken'}}
            records: 'body.issues'
            map:
              id: 'it.key'
              kind: 'it.fields.issuetype.name.lowerAscii()'
              opened: 'parseTime(it.fields.created, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC")'
              closed: 'it.fields.?resolutiondate.optMap(t, parseTime(t, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC"))'
              updated: 'it.fields.?updated.optMap(t, parseTime(t, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC"))'
              severity:
                of: 'it.fields.?priority.?name.orValue("unset")'
                table: {Blocker: S1, Highest: S1, Critical: S1, High: S2, Major: S2, Medium: S3, Low: S4, Minor: S4, Lowest: S4, Trivial: S4}
              customer: {id: 'it.fields.reporter.accountId', name: 'it.fields.reporter.displayName'}
              owner: 'it.fields.assignee.displayName'
              attributes:
                subject: 'it.fields.summary'
                status: 'it.fields.status.name'
              events:
                # What begins as an escalation begins with it.
                - at: 'parseTime(it.fields.created, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC")'
                  activity: {of: 'it.fields.issuetype.name.lowerAscii()', table: {escalation: escalated}, otherwise: opened}
                  actor: {id: 'it.fields.reporter.accountId', party: '"customer"'}
                # The first comment that the customer sees, of somebody else than who asked.
                - at: >-
                    it.fields.comment.comments.filter(m, m.?jsdPublic.orValue(true)
                    && m.author.?accountType.orValue("atlassian") != "customer"
                    && it.fields.?reporter.?accountId != m.author.?accountId)[?0]
                    .optMap(m, parseTime(m.created, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC"))
                  activity: '"acknowledged"'
                  actor: {party: '"partner"'}
                # Jira cuts long histories off in a search: then it is not known.
                - for:
                    - &histories >-
                      h in it.changelog.?total.orValue(0) > it.changelog.histories.size()
                      ? it.changelog.the_rest_of_the_history : it.changelog.histories
                    - i in h.items
                  when: 'i.field == "status"'
                  at: &changed 'parseTime(h.created, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC")'
                  activity:
                    of: >-
                      i.fromString in ["Resolved", "Closed", "Done", "Completed"]
                      && !(i.toString in ["Resolved", "Closed", "Done", "Completed", "Canceled", "Cancelled"]) ? "reopened"
                      : i.fromString in ["Waiting for customer", "Waiting for vendor", "Pending", "On hold"]
                      && i.toString in ["Open", "In Progress", "Work in progress", "Waiting for support"] ? "resumed"
                      : i.toString
                    table:
                      reopened: reopened
                      resumed: work_resumed
                      In Progress: work_started
                      Work in progress: work_started
                      Waiting for support: work_started
                      Escalated: escalated
                      Waiting for customer: waiting_for_customer
                      Waiting for vendor: waiting_for_vendor
                      Resolved: resolved
                      Done: resolved
                      Completed: resolved
                      Closed: closed
                      Canceled: closed
                      Cancelled: closed
                    otherwise: other
                  actor: &actor
                    id: 'h.author.accountId'
                    party: 'h.?author.?accountType == optional.of("customer") ? "customer" : "partner"'
                  attributes:
                    from: 'i.fromString'
                    to: 'i.toString'
                # Who was answered already wants an answer to the escalation, too.
                - for: [*histories, i in h.items]
                  when: >-
                    i.field == "status" && i.toString == "Escalated" && it.fields.comment.comments.exists(m, m.?jsdPublic.orValue(true)
                    && m.author.?accountType.orValue("atlassian") != "customer" && it.fields.?reporter.?accountId != m.author.?accountId
                    && parseTime(m.created, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC") <= parseTime(h.created, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC"))
                  at: >-
                    it.fields.comment.comments.filter(m, m.?jsdPublic.orValue(true)
                    && m.author.?accountType.orValue("atlassian") != "customer" && it.fields.?reporter.?accountId != m.author.?accountId
                    && parseTime(m.created, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC") > parseTime(h.created, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC"))[?0]
                    .optMap(m, parseTime(m.created, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC"))
                  activity: '"acknowledged"'
                  actor: {party: '"partner"'}
                - for: [*histories, i in h.items]
                  when: 'i.field == "assignee"'
                  at: *changed
                  activity:
                    of: '!has(i.to) && !has(i.toString) ? "nobody" : has(i.from) || has(i.fromString) ? "next" : "first"'
                    table: {first: assigned, next: reassigned, nobody: unassigned}
                    otherwise: other
                  actor: *actor
                  attributes:
                    owner: 'i.?to.or(i.?toString)'
                - for: [*histories, i in h.items]
                  when: >-
                    i.field == "priority" && has(i.fromString) && has(i.toString)
                    && {"Lowest": 1, "Low": 2, "Medium": 3, "High": 4, "Highest": 5}[?i.toString].orValue(6)
                    < {"Lowest": 1, "Low": 2, "Medium": 3, "High": 4, "Highest": 5}[?i.fromString].orValue(0)
                  at: *changed
                  activity: '"severity_lowered"'
                  actor: *actor
                # Comments that a search did not bring, or cut off, are not known either.
                - for:
                    - >-
                      m in it.fields.comment.?total.orValue(0) > it.fields.comment.comments.size()
                      ? it.fields.comment.the_rest_of_the_comments : it.fields.comment.comments
                  when: 'm.?jsdPublic.orValue(true)'
                  at: 'parseTime(m.created, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC")'
                  activity:
                    of: >-
                      m.author.?accountType.orValue("atlassian") == "customer"
                      || m.author.?accountId.hasValue() && it.fields.?reporter.?accountId == m.author.?accountId
                      ? "customer" : "partner"
                    table: {customer: customer_replied, partner: customer_update}
                    otherwise: other
                  actor:
                    id: 'm.author.accountId'
                    party: >-
                      m.author.?accountType.orValue("atlassian") == "customer"
                      || m.author.?accountId.hasValue() && it.fields.?reporter.?accountId == m.author.?accountId
                      ? "customer" : "partner"
                  text: 'm.body'
            """#)
}
